#include "shared/base/plain_text.h"

#include "shared/base/printable.h"
#include "shared/base/utf8.h"

namespace base {

std::string plainTextFault(std::string_view text, std::size_t maxBytes) {
  if (text.size() > maxBytes) return "must have at most " + std::to_string(maxBytes) + " bytes";
  bool plain = isUtf8(text);
  for (std::size_t at = 0; plain && at < text.size(); ++at) plain = controlAt(text.substr(at)).bytes == 0;
  return plain ? std::string() : "must be UTF-8 text without control characters";
}

}  // namespace base
