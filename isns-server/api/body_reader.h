// BodyReader: the members of a request's JSON object, each with what it must be.
//
// Members are asked for one by one; finish() gives the first thing that was wrong, or a member that nobody asked for.
// Texts are lines of UTF-8 (shared/base/plain_text.h), not empty and of at most so many bytes; lists have at most
// kMaxList. What holds a secret is wiped from the JSON as it is read. One use, one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/json.h"
#include "shared/base/secret.h"
#include "shared/mgmt/problem.h"

namespace api {

class BodyReader {
 public:
  static constexpr std::size_t kMaxName = 255;   // bytes of a name, a title, a ticket
  static constexpr std::size_t kMaxText = 1024;  // bytes of a reason
  static constexpr std::size_t kMaxList = 64;

  explicit BodyReader(base::Json& body);

  // What must be there.
  std::string text(std::string_view name, std::size_t maxBytes = kMaxName);
  std::vector<std::string> texts(std::string_view name, std::size_t maxEntries);
  std::uint64_t number(std::string_view name);
  // Of several lines: PEM.
  std::string lines(std::string_view name, std::size_t maxBytes);
  base::Secret secret(std::string_view name);
  // What may be left out, or null.
  std::optional<std::string> maybeText(std::string_view name, std::size_t maxBytes = kMaxName);
  std::optional<std::vector<std::string>> maybeTexts(std::string_view name, std::size_t maxEntries = kMaxList);
  std::optional<std::uint64_t> maybeNumber(std::string_view name);
  std::optional<bool> maybeFlag(std::string_view name);
  std::optional<base::Secret> maybeSecret(std::string_view name);

  [[nodiscard]] std::optional<mgmt::Problem> finish();

 private:
  base::Json* find(std::string_view name);
  void wrong(std::string_view name, std::string_view mustBe, std::string where = {});
  template <class T>
  T demanded(std::optional<T> value, std::string_view name, std::string_view mustBe);

  base::Json& body_;
  std::vector<std::string_view> asked_;
  std::optional<mgmt::Problem> problem_;
};

}  // namespace api
