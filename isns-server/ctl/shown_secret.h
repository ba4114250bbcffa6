// Secrets that the server has made, or has kept, and a person is shown once: into a file, as text, as JSON. What they
// pass through is wiped; only what std::cout and the C library keep of what they have written cannot be, and CSV goes
// the way of all CSV. One thread.
#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include "shared/base/json.h"
#include "shared/base/secret.h"
#include "shared/ctl/context.h"

namespace ctl {

// Fit for a terminal.
void printSecret(std::ostream& out, const base::Secret& secret);
// The answer as JSON, with the secrets in the places of the members; an empty one leaves what stands there.
void printWithSecrets(std::ostream& out, const base::Json& answer, std::span<const std::string_view> members,
                      std::span<base::Secret> secrets);
// Before a secret is made that the option's file is to get, or the fingerprint that goes with it: whether it can be
// written.
Outcome checkFile(const Invocation& invocation, Context& context, std::string_view option);
// One line of a file that only its owner can read.
base::Status writeSecret(Context& context, const std::string& path, const base::Secret& secret);

}  // namespace ctl
