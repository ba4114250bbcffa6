// The body of a request to the management API: JSON, and what is read of it as edits of a change set and as a document,
// about a small SAN.
//
// Rules: what is JSON is written and read again as the same text; a refusal has a sentence and, of a part, a pointer; edits
// that are read are written and read again as the same edits, by names and by numbers; a document that is planned without
// errors can be applied or is refused with a sentence, and none of it brings the library down.
#include <string>

#include "shared/mgmt/edit_json.h"
#include "shared/base/json_reader.h"
#include "shared/san/document.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/san_builder.h"

namespace {

const san::Snapshot& smallSan() {
  static const san::Snapshot made = [] {
    test::SanBuilder builder;
    (void)builder.host("web1", "iqn.2026-01.example:web1");
    const san::Id disk = builder.target("iqn.2026-01.example:disk1");
    (void)builder.unit("naa.6001", disk, 0);
    (void)builder.zone("zone1", {builder.nodeNamed("iqn.2026-01.example:web1"), disk});
    return builder.done();
  }();
  return made;
}

std::string written(const base::Json& json) {
  std::string text;
  json.writeCompact(text);
  return text;
}

void checkEdits(const base::Json& json, mgmt::References references) {
  const auto edits = mgmt::editsFromJson(json, smallSan(), references);
  if (!edits) {
    fuzz::check(!edits.error().text.empty(), "a refusal of edits has a sentence");
    fuzz::check(edits.error().pointer.empty() || edits.error().pointer.front() == '/', "and a pointer");
    return;
  }
  const auto again = mgmt::editsFromJson(mgmt::toJson(smallSan(), *edits, references), smallSan(), references);
  fuzz::check(again.ok(), "edits that were read are written so that they are read");
  fuzz::check(*again == *edits, "as the same edits");
}

void checkDocument(const base::Json& json, san::DocumentMode mode) {
  const san::DocumentPlan plan = san::planDocument(smallSan(), json, mode);
  fuzz::check(plan.errors.size() <= san::kMaxDocumentErrors, "errors are bounded");
  fuzz::check(plan.errors.empty() || plan.edits.empty(), "there are no edits where something is wrong");
  for (const san::DocumentError& error : plan.errors) fuzz::check(!error.text.empty(), "each has a sentence");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = base::parseJson(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!json) {
    fuzz::check(!json.error().text.empty(), "what is no JSON is refused with a sentence");
    return 0;
  }
  const std::string text = written(*json);
  const auto again = base::parseJson(text);
  fuzz::check(again.ok(), "what was read is written as JSON");
  fuzz::check(written(*again) == text, "and stays the same");
  for (const auto references : {mgmt::References::Names, mgmt::References::Numbers}) checkEdits(*json, references);
  for (const auto mode : {san::DocumentMode::Merge, san::DocumentMode::Whole}) checkDocument(*json, mode);
  return 0;
}
