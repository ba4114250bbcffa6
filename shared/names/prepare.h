// The stringprep profiles of iSCSI names and entity identifiers (RFC 3722, RFC 3491), for the files of this folder.
//
// Pure function, safe from any thread. The returned view is `in` itself, where `in` is normal already, or `scratch`.
// Errors say what is wrong and at which byte, counted from 1; they hold no byte of the input.
#pragma once

#include <string>
#include <string_view>

#include "shared/base/result.h"

namespace names {

enum class Profile { IscsiName, Nameprep };

// Input longer than this is refused before any work is done. Preparation can shorten a text, so it is more than the
// longest normal name.
inline constexpr std::size_t kMaxUnprepared = 1024;

base::Result<std::string_view> prepare(Profile profile, std::string_view in, std::size_t maxBytes,
                                       std::string& scratch);

}  // namespace names
