// SecretJson: an answer in which secrets stand.
//
// The JSON is made with marks in their places; the secrets come into the last text alone, which has its final size from
// the start and is wiped when it has been sent (Call::answerSecret). So a secret is in no value of JSON and in no
// buffer that grows. One use, one thread.
#pragma once

#include <string>
#include <vector>

#include "shared/base/json.h"
#include "shared/base/random.h"
#include "shared/base/secret.h"

namespace api {

class SecretJson {
 public:
  explicit SecretJson(const base::RandomSource& random);

  // What stands for it.
  [[nodiscard]] base::Json mark(base::Secret secret);
  [[nodiscard]] bool empty() const { return secrets_.empty(); }
  // The text with the secrets of all marks.
  [[nodiscard]] std::string text(const base::Json& json) const;

 private:
  std::string begin_;  // of a mark: nobody can know it
  std::vector<base::Secret> secrets_;
};

}  // namespace api
