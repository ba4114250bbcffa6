#include "shared/san/document_planner.h"

namespace san::document {

std::string pointerTo(const std::string& base, std::string_view member) {
  std::string pointer = base + "/";
  for (char c : member) pointer.append(c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c));
  return pointer;
}
std::string pointerTo(const std::string& base, std::size_t index) { return base + "/" + std::to_string(index); }

DocumentPlan Planner::plan(const base::Json& document) {
  if (const auto* sections = document.object()) {
    for (const base::JsonMember& section : *sections) readSection(section);
  } else {
    wrong("", "A document is a JSON object.");
  }
  for (Entry& entry : entries_) {
    if (!entry.ref) findByKey(entry);
  }
  plan_.entries.reserve(entries_.size());
  for (const Entry& entry : entries_) {
    const std::size_t before = values_.size();
    planContent(entry);
    if (entry.members != nullptr)
      plan_.entries.push_back({entry.pointer, entry.ref, entry.isNew, values_.size() - before});
  }
  if (mode_ == DocumentMode::Whole) planAbsent();
  if (plan_.errors.empty()) {
    plan_.edits = std::move(creations_);
    plan_.edits.insert(plan_.edits.end(), values_.begin(), values_.end());
    plan_.edits.insert(plan_.edits.end(), erasures_.begin(), erasures_.end());
  }
  return std::move(plan_);
}

void Planner::wrong(std::string pointer, std::string text) {
  if (plan_.errors.size() < mostErrors_) plan_.errors.push_back({std::move(pointer), std::move(text)});
}

}  // namespace san::document

namespace san {

std::string_view wordOf(DocumentMode mode) {
  constexpr std::string_view kWords[] = {"merge", "add", "whole"};
  return kWords[static_cast<std::size_t>(mode)];
}

std::optional<DocumentMode> documentModeNamed(std::string_view word) {
  if (word.empty()) return DocumentMode::Merge;
  for (const DocumentMode mode : {DocumentMode::Merge, DocumentMode::Add, DocumentMode::Whole}) {
    if (wordOf(mode) == word) return mode;
  }
  return std::nullopt;
}

DocumentPlan planDocument(const Snapshot& current, const base::Json& document, DocumentMode mode,
                          std::size_t mostErrors) {
  return document::Planner(current, mode, mostErrors).plan(document);
}

}  // namespace san
