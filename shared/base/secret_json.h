// SecretJson: a JSON text in which secrets stand.
//
// The JSON is made with marks in their places; the secrets come into the last text alone, which has its final size from
// the start and is wiped by its owner when it has been sent. So a secret is in no value of JSON and in no buffer that
// grows. secretOf(), takeSecret() and wipeTexts() are for a text that was read. One use, one thread.
#pragma once

#include <string>
#include <vector>

#include "shared/base/json.h"
#include "shared/base/random.h"
#include "shared/base/secret.h"

namespace base {

class SecretJson {
 public:
  explicit SecretJson(const RandomSource& random);

  // What stands for it.
  [[nodiscard]] Json mark(Secret secret);
  [[nodiscard]] bool empty() const { return secrets_.empty(); }
  // The text with the secrets of all marks.
  [[nodiscard]] std::string text(const Json& json) const;
  // The secrets go; their marks mean nothing any more.
  void clear() { secrets_.clear(); }

 private:
  std::string begin_;  // of a mark: nobody can know it
  std::vector<Secret> secrets_;
};

// The text of a member; empty where it has none, or one that no secret has room for. The value keeps its own.
Secret secretOf(const Json& json, std::string_view member);
// The same, and the value's own is overwritten.
Secret takeSecret(Json& json, std::string_view member);
// Overwrites a text, which keeps its size.
void wipeText(std::string& text);
// Overwrites every text of a value.
void wipeTexts(Json& json);

}  // namespace base
