// A listing of an open-isns server, and the document that it makes.
//
// Rules: errors have a place and a sentence, those of the plan of its document too.
#include <string>

#include "shared/san/document.h"
#include "shared/san/import_open_isns.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto made = san::importOpenIsns(std::string_view(reinterpret_cast<const char*>(data), size));
  for (const san::ImportError& error : made.errors)
    fuzz::check(!error.place.empty() && !error.text.empty(), "an error has a place and a sentence");
  const auto plan = san::planDocument(san::Snapshot(), made.document, san::DocumentMode::Merge);
  for (const san::DocumentError& error : plan.errors) fuzz::check(!error.text.empty(), "an error has a sentence");
  return 0;
}
