// A filter, as somebody types it or an API list is asked with it, and asked about a small SAN.
//
// Rules: what is refused says where, within the text; what is read is written as the same question, not longer than it
// came; and it can be asked.
#include <string>

#include "shared/san/editor.h"
#include "shared/san/filter_match.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace san;

void checkError(const FilterError& error, std::size_t size) {
  fuzz::check(!error.text.empty(), "a refusal has a sentence");
  fuzz::check(error.at <= size && error.length <= size - error.at, "and a place in the text");
}

// An object of each kind, with what it needs.
const Snapshot& smallSan() {
  static const Snapshot made = [] {
    SnapshotEditor editor(Snapshot(), 1, 1'767'225'600);
    for (const KindRow& row : kKindTable) {
      if (row.kind == Kind::None) continue;
      const ObjectRef ref = editor.create(row.kind).value();
      for (const char* name : {"name", "designator"}) {
        const FieldRow* field = findField(row.kind, name);
        if (field != nullptr) fuzz::check(editor.set(ref, *field, std::string("web 1")).ok(), "a name is set");
      }
    }
    return editor.view();
  }();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto filter = Filter::parse(text);
  if (!filter) {
    checkError(filter.error(), size);
    return 0;
  }
  const std::string normal = filter->text();
  fuzz::check(normal.size() <= size, "the normal spelling is not longer");
  const auto again = Filter::parse(normal);
  fuzz::check(again.ok(), "and is read");
  fuzz::check(again->root() == filter->root(), "as the same question");
  const auto matcher = FilterMatcher::bind(*filter, smallSan());
  if (!matcher) {
    checkError(matcher.error(), size);
    return 0;
  }
  for (ObjectRef ref : matcher->all()) {
    fuzz::check(((matcher->kinds() >> static_cast<unsigned>(ref.kind)) & 1U) != 0,
                "it is about the kinds that it says");
  }
  return 0;
}
