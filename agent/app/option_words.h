// The options of a verb of san-agent: "--name VALUE", "--name=VALUE" and flags, each once.
//
// Pure. An Error names the mistake, and what was meant perhaps.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "shared/base/result.h"

namespace agent {

struct OptionWord {
  std::string_view name;
  std::string* value = nullptr;  // is not empty where it was given; one of the two
  bool* flag = nullptr;
};

// Reads the words into what the options point to. True: --help stands among them, and nothing else counts.
base::Result<bool> readOptions(std::string_view verb, std::span<const std::string> words,
                               std::span<const OptionWord> options);
base::Failure<base::Error> wrongOptions(std::string_view verb, const std::string& text);

}  // namespace agent
