// BodyReader: the members of a request's JSON object, each with what it must be.
//
// Members are asked for one by one; finish() gives the first thing that was wrong, or a member that nobody asked for. What
// holds a secret is wiped from the JSON as it is read. One use, one thread.
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
  explicit BodyReader(base::Json& body);

  // What must be there.
  std::string text(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  std::uint64_t number(std::string_view name);
  base::Secret secret(std::string_view name);
  // What may be left out, or null.
  std::optional<std::string> maybeText(std::string_view name);
  std::optional<std::vector<std::string>> maybeTexts(std::string_view name);
  std::optional<std::uint64_t> maybeNumber(std::string_view name);
  std::optional<bool> maybeFlag(std::string_view name);
  std::optional<base::Secret> maybeSecret(std::string_view name);

  [[nodiscard]] std::optional<mgmt::Problem> finish();

 private:
  base::Json* find(std::string_view name);
  void wrong(std::string_view name, std::string_view mustBe);
  template <class T>
  T demanded(std::optional<T> value, std::string_view name, std::string_view mustBe);

  base::Json& body_;
  std::vector<std::string_view> asked_;
  std::optional<mgmt::Problem> problem_;
};

}  // namespace api
