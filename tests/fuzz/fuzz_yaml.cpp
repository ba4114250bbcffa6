// A YAML document of the SAN, as somebody wrote it.
//
// Rules: what is refused says where; what is read is written as a text that is read as the same value.
#include <string>

#include "shared/yaml/yaml_text.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = yaml::parseYaml(text);
  if (!value) {
    fuzz::check(!value.error().text.empty(), "a refusal has a sentence");
    return 0;
  }
  std::string first, second;
  value->writeCompact(first);
  const auto again = yaml::parseYaml(yaml::yamlText(*value));
  fuzz::check(again.ok(), "what is written is read");
  again->writeCompact(second);
  fuzz::check(first == second, "as the same value");
  return 0;
}
