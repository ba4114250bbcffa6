// SecurityText: the keys of the security stage that one text brought, at either end of a login (RFC 7143 12.1). Views into
// the text; each key comes once in it, which the reader of the text has seen to. A value.
#pragma once

#include <optional>
#include <string_view>

#include "agent/iscsi/text_keys.h"

namespace iscsi {

struct SecurityText {
  std::optional<std::string_view> method, algorithms, identifier, challenge, name, response;

  [[nodiscard]] bool anyChap() const { return algorithms || identifier || challenge || name || response; }

  // False where the key is none of AuthMethod and CHAP: then it belongs to a method that nobody speaks here.
  bool take(Key key, std::string_view value) {
    std::optional<std::string_view>* const place = placeOf(key);
    if (place != nullptr) *place = value;
    return place != nullptr;
  }

 private:
  std::optional<std::string_view>* placeOf(Key key) {
    switch (key) {
      case Key::AuthMethod:
        return &method;
      case Key::ChapA:
        return &algorithms;
      case Key::ChapI:
        return &identifier;
      case Key::ChapC:
        return &challenge;
      case Key::ChapN:
        return &name;
      case Key::ChapR:
        return &response;
      default:
        return nullptr;
    }
  }
};

}  // namespace iscsi
