// JSON texts as values (RFC 8259), strictly: no comments, no trailing commas, no name twice in an object, well-formed
// UTF-8 only.
//
// What is read may hold secrets: each text of a value has memory of its own that moves with it and is never copied, so
// wipeTexts() (secret_json.h) reaches it; of a text that is refused nothing stays.
//
// Pure function, safe from any thread. Bounds: the caller limits the text; kMaxJsonDepth levels, 1024 members of an
// object. Numbers that are whole and fit 64 bits without sign are kept exactly, all others as double. An error says
// what is wrong, and at which byte.
#pragma once

#include <string_view>

#include "shared/base/result.h"
#include "shared/base/json.h"

namespace base {

inline constexpr std::size_t kMaxJsonDepth = 16;

base::Result<Json> parseJson(std::string_view text);

}  // namespace base
