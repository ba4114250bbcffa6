// saveconfig.json of the Linux kernel's target as an import, and the document that it makes.
//
// Rules: an error has a sentence (its place is empty where it is the whole); the plan of the document has sentences for
// what is wrong; what is made and told is the same whatever the secrets of the configuration are.
#include <string>

#include "shared/base/json_reader.h"
#include "shared/san/document.h"
#include "shared/san/import_lio.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

// The same with other secrets, as long as these.
base::Json withOtherSecrets(const base::Json& json) {
  if (const auto* members = json.object()) {
    base::Json::Object all;
    for (const auto& [name, value] : *members) {
      const bool secret = name.ends_with("password") && value.text() != nullptr;
      all.push_back({name, secret ? base::Json(std::string(value.text()->size(), '~')) : withOtherSecrets(value)});
    }
    return all;
  }
  if (const auto* items = json.array()) {
    base::Json::Array all;
    for (const base::Json& one : *items) all.push_back(withOtherSecrets(one));
    return all;
  }
  return json;
}

std::string toldOf(const san::Imported& made) {
  std::string told;
  for (const san::ImportError& error : made.errors) told += error.place + "\n" + error.text + "\n";
  made.document.writeCompact(told);
  return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = base::parseJson(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!json) return 0;
  const san::Imported made = san::importLio(*json);
  fuzz::check(made.errors.size() <= san::kMaxImportErrors, "errors are bounded");
  for (const san::ImportError& error : made.errors) fuzz::check(!error.text.empty(), "an error has a sentence");
  fuzz::check(toldOf(made) == toldOf(san::importLio(withOtherSecrets(*json))), "no secret is taken over or told");
  const auto plan = san::planDocument(san::Snapshot(), made.document, san::DocumentMode::Merge);
  for (const san::DocumentError& error : plan.errors) fuzz::check(!error.text.empty(), "an error has a sentence");
  return 0;
}
