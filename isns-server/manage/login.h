// Login: by what somebody showed who he is; and how it stands in the row of what was made with it.
//
// Three columns: made_with (0: unknown, as of what was stored before it was known), maker_token, maker_certificate.
// A value; reading and writing are each other's inverse.
#pragma once

#include <optional>
#include <string>

#include "isns-server/manage/row_cells.h"
#include "shared/mgmt/fingerprint.h"

namespace manage {

struct Login {
  enum class Proof : std::uint8_t { Local, Session, Token, Certificate };
  Proof proof = Proof::Local;
  mgmt::Fingerprint token{};  // the hash of a session's or token's text
  std::string serial;         // of the certificate
  friend bool operator==(const Login&, const Login&) = default;
};

inline void writeMaker(store::OpsWriter& ops, const std::optional<Login>& madeWith) {
  const Login maker = madeWith.value_or(Login{});
  ops.integer(madeWith ? static_cast<std::int64_t>(maker.proof) + 1 : 0);
  ops.blob(maker.token.view());
  ops.text(maker.serial);
}

inline std::optional<Login> readMaker(RowCells& in) {
  constexpr std::uint8_t kLast = static_cast<std::uint8_t>(Login::Proof::Certificate) + 1;
  const auto proof = in.integer<std::uint8_t>(kLast);
  Login maker;
  maker.token.bytes = in.fixed<mgmt::Fingerprint::kSize>();
  maker.serial = in.text();
  if (proof == 0) return std::nullopt;
  maker.proof = static_cast<Login::Proof>(proof - 1);
  return maker;
}

}  // namespace manage
