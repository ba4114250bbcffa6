// iSCSI names: their three forms and their normal spelling (RFC 7143 4.2.7, RFC 3980, RFC 3722).
//
// Two names are the same node exactly if their normal spellings are equal byte by byte, so a name is normalised once,
// where it enters, and compared as bytes from then on. Pure functions, safe from any thread. Errors are sentences about
// the name that hold no byte of it.
#pragma once

#include <string>
#include <string_view>

#include "shared/base/result.h"

namespace names {

inline constexpr std::size_t kMaxIscsiName = 223;  // bytes of UTF-8, without the NUL of the wire

enum class NameForm : std::uint8_t {
  Iqn,   // iqn.yyyy-mm.reversed.domain[:anything]
  Eui,   // eui. and 16 hexadecimal digits
  Naa,   // naa. and 16 or 32 hexadecimal digits
  Other  // none of them
};

// Whether names outside the three forms pass. Clients of open-isns call themselves such as "isns.client1".
enum class FormRule : std::uint8_t { Strict, Relaxed };

// The normal spelling of `in`. A name that is normal already is returned as it came, without a copy; else the view is
// of `scratch`, whose capacity serves the next call. A name that begins with iqn., eui. or naa. must have that form
// under either rule.
base::Result<std::string_view> normaliseIscsiName(std::string_view in, std::string& scratch,
                                                  FormRule rule = FormRule::Strict);

// The form that a normal name's designator claims.
NameForm formOf(std::string_view normal);

}  // namespace names
