// Secrets that people bring: from a terminal or a descriptor into base::Secret, and from there into the text of a
// request (base::SecretJson). None is ever an argument. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shared/base/secret.h"
#include "shared/base/secret_json.h"
#include "shared/ctl/context.h"

namespace ctl {

// For the secrets of one request.
base::SecretJson requestSecrets();

// Asked for twice; `what` names it in failures. Exit::Usage where there is no terminal, or the two differ.
Asked<base::Secret> askedTwice(Context& context, const std::string& prompt, std::string_view what);

// What a person brings: the next line of the descriptor that `fdOption` names, or with the flag `askOption` asked for
// twice; nothing without both.
Asked<std::optional<base::Secret>> broughtSecret(const Invocation& invocation, Context& context,
                                                 std::string_view fdOption, std::string_view askOption,
                                                 const std::string& prompt);

}  // namespace ctl
