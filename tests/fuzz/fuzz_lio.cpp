// saveconfig.json of the Linux kernel's target as an import, and the document that it makes.
//
// Rules: an error has a sentence (its place is empty where it is the whole); the plan of the document has sentences for
// what is wrong; a secret of the configuration stands in no part of what is made, unless the same text stands elsewhere
// in it too.
#include <string>

#include "shared/base/json_reader.h"
#include "shared/san/document.h"
#include "shared/san/import_lio.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

constexpr std::size_t kTelling = 8;  // bytes; shorter texts stand anywhere

void eachSecret(const base::Json& json, auto&& visit) {
  if (const auto* members = json.object()) {
    for (const auto& [name, value] : *members) {
      if (name.ends_with("password") && value.text() != nullptr) visit(*value.text());
      eachSecret(value, visit);
    }
  } else if (const auto* items = json.array()) {
    for (const base::Json& one : *items) eachSecret(one, visit);
  }
}

std::size_t countOf(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = base::parseJson(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!json) return 0;
  const san::Imported made = san::importLio(*json);
  fuzz::check(made.errors.size() <= san::kMaxImportErrors, "errors are bounded");
  std::string told, written;
  for (const san::ImportError& error : made.errors) {
    fuzz::check(!error.text.empty(), "an error has a sentence");
    told += error.place + "\n" + error.text + "\n";
  }
  made.document.writeCompact(told);
  json->writeCompact(written);
  eachSecret(*json, [&](const std::string& secret) {
    if (secret.size() < kTelling || countOf(written, secret) != 1) return;
    fuzz::check(countOf(told, secret) == 0, "no secret is taken over or told");
  });
  const auto plan = san::planDocument(san::Snapshot(), made.document, san::DocumentMode::Merge);
  for (const san::DocumentError& error : plan.errors) fuzz::check(!error.text.empty(), "an error has a sentence");
  return 0;
}
