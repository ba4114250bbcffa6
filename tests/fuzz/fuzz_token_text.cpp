// Token texts as people type them: enrolment and access tokens.
//
// Rules: a text that is taken is written again in one form, which is taken too and means the same; what is refused is
// refused with a sentence; no token is taken for one of the other purpose.
#include "isns-server/manage/people/access_tokens.h"
#include "shared/mgmt/enrolment_token.h"
#include "shared/mgmt/token_text.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = base::asText({data, size});
  const auto token = mgmt::EnrolmentToken::parse(text);
  if (token) {
    const base::Secret again = token->text();
    const auto second = mgmt::EnrolmentToken::parse(base::asText(again.reveal()));
    fuzz::check(second.ok(), "what is written is read");
    fuzz::check(second->secretHash() == token->secretHash(), "and means the same");
  } else {
    fuzz::check(!token.error().text.empty(), "a refusal says why");
  }
  people::AccessTokens tokens;
  const auto used = tokens.use(text, "192.0.2.1", {});
  fuzz::check(!used.ok(), "an empty table knows no token");
  fuzz::check(!token || used.error() == people::AccessFault::Malformed, "an enrolment token is no access token");
  for (const std::size_t length : {std::size_t{1}, std::size_t{33}, std::size_t{37}, mgmt::kMaxTokenPayload}) {
    const auto payload = mgmt::fromTokenText(text, length);
    if (!payload) continue;
    fuzz::check(payload->size() == length, "a payload has the size that was asked for");
    const base::Secret again = mgmt::toTokenText(payload->reveal());
    fuzz::check(mgmt::fromTokenText(base::asText(again.reveal()), length).ok(), "what is written is read");
  }
  return 0;
}
