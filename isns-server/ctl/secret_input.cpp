#include "isns-server/ctl/secret_input.h"

#include <algorithm>
#include <climits>
#include <random>

#include "isns-server/ctl/machine.h"

namespace ctl {
namespace {

// Marks must not be what somebody types; they are no keys.
bool randomMark(std::span<std::uint8_t> bytes) {
  std::random_device device;
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::uint8_t>(device()); });
  return true;
}

// "0" is the standard input.
Asked<int> descriptorOf(std::string_view option, std::string_view text) {
  std::uint64_t number = text.empty() || text.size() > 9 ? UINT64_MAX : 0;
  for (const char c : text) {
    if (c < '0' || c > '9') number = UINT64_MAX;
    if (number != UINT64_MAX) number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (number <= INT_MAX) return static_cast<int>(number);
  // What was typed may be the secret itself: it is not said again.
  return base::fail(usageFailure(std::string(option), "this is no number of a descriptor",
                                 "as in " + std::string(option) + " 3 with 3<FILE; a secret is never an argument"));
}

}  // namespace

base::SecretJson requestSecrets() { return base::SecretJson(randomMark); }

Asked<base::Secret> askedTwice(Context& context, const std::string& prompt, std::string_view what) {
  if (!context.machine->asksTerminal())
    return base::fail(usageFailure(std::string(what), "there is no terminal to ask on", {}));
  auto secret = context.machine->askSecret(prompt);
  if (!secret || secret->empty())
    return base::fail(usageFailure(std::string(what), "none was typed, or more than 255 bytes", {}));
  const auto again = context.machine->askSecret("The same again: ");
  if (!again || !(*secret == *again))
    return base::fail(usageFailure(std::string(what), "the two are not the same", {}));
  return std::move(*secret);
}

Asked<std::optional<base::Secret>> broughtSecret(const Invocation& invocation, Context& context,
                                                 std::string_view fdOption, std::string_view askOption,
                                                 const std::string& prompt) {
  const auto typed = invocation.one(fdOption);
  if (typed && invocation.has(askOption)) {
    return base::fail(usageFailure(std::string(fdOption), "and " + std::string(askOption) + " are one too many", {}));
  }
  if (typed) {
    const auto fd = descriptorOf(fdOption, *typed);
    if (!fd) return base::fail(fd.error());
    auto secret = context.machine->secretFrom(*fd);
    if (secret && !secret->empty()) return std::optional(std::move(*secret));
    return base::fail(
        usageFailure(std::string(fdOption), "the descriptor has no line, or one of more than 255 bytes", {}));
  }
  if (!invocation.has(askOption)) return std::optional<base::Secret>{};
  auto secret = askedTwice(context, prompt, askOption);
  if (!secret) return base::fail(secret.error());
  return std::optional(std::move(*secret));
}

}  // namespace ctl
