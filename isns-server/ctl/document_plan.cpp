#include "isns-server/ctl/document_plan.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>

#include "isns-server/ctl/api_problem.h"
#include "isns-server/ctl/api_text.h"
#include "shared/base/json_reader.h"
#include "shared/base/printable.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

// "/maps/3/unit": the list and the number in it; nothing where it is another place.
std::optional<std::pair<std::string, std::size_t>> entryAt(std::string_view pointer) {
  if (!pointer.starts_with('/')) return std::nullopt;
  pointer.remove_prefix(1);
  const std::size_t slash = pointer.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string section(pointer.substr(0, slash));
  pointer.remove_prefix(slash + 1);
  std::size_t number = 0;
  std::size_t digits = 0;
  for (; digits < pointer.size() && pointer[digits] >= '0' && pointer[digits] <= '9' && digits < 9; ++digits)
    number = number * 10 + static_cast<std::size_t>(pointer[digits] - '0');
  if (digits == 0) return std::nullopt;
  return std::pair(section, number);
}

}  // namespace

PlannedDocument::PlannedDocument(Json document, std::vector<std::pair<std::string, std::string>> origins)
    : document_(std::move(document)), origins_(origins.begin(), origins.end()) {
  if (document_.object() == nullptr) return;
  for (const base::JsonMember& section : *document_.object()) {
    if (section.value.array() == nullptr) continue;
    auto& numbers = numbers_[section.name];
    numbers.resize(section.value.array()->size());
    std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  }
}

// Where the entry came from, or its pointer in the document as it was given.
std::string PlannedDocument::originOf(const std::string& pointer) const {
  const auto entry = entryAt(pointer);
  if (!entry) return pointer.empty() ? "the document" : pointer;
  const auto numbers = numbers_.find(entry->first);
  const bool known = numbers != numbers_.end() && entry->second < numbers->second.size();
  const std::size_t number = known ? numbers->second[entry->second] : entry->second;
  const std::string first = "/" + entry->first + "/" + std::to_string(number);
  if (const auto origin = origins_.find(first); origin != origins_.end()) return origin->second;
  return first + pointer.substr(std::min(pointer.find('/', entry->first.size() + 2), pointer.size()));
}

void PlannedDocument::tell(Context& context, const std::string& pointer, const std::string& text) const {
  context.err << "sanctl: " << base::printable(originOf(pointer)) << ": " << base::printable(text) << '\n';
}

// False where there is one that is no entry of a list.
bool PlannedDocument::takeOut(const std::vector<std::string>& pointers) {
  std::map<std::string, std::set<std::size_t>> out;
  for (const std::string& pointer : pointers) {
    const auto entry = entryAt(pointer);
    if (!entry) return false;
    out[entry->first].insert(entry->second);
  }
  Json::Object sections;
  for (const base::JsonMember& section : *document_.object()) {
    const auto gone = out.find(section.name);
    if (gone == out.end() || section.value.array() == nullptr) {
      sections.push_back(section);
      continue;
    }
    Json::Array kept;
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < section.value.array()->size(); ++i) {
      if (gone->second.contains(i)) {
        ++leftOut_;
      } else {
        kept.push_back((*section.value.array())[i]);
        numbers.push_back(numbers_[section.name][i]);
      }
    }
    if (kept.size() == section.value.array()->size()) return false;
    numbers_[section.name] = std::move(numbers);
    sections.push_back({section.name, std::move(kept)});
  }
  document_ = std::move(sections);
  return true;
}

Asked<Json> PlannedDocument::draft(ApiSession& session, Context& context, std::string_view mode,
                                   const std::string& title, bool partial) {
  for (;;) {
    const auto answer = session.answerTo(
        {Route::PlanDocument, {}, {{"mode", std::string(mode)}, {"title", title}}, document_});
    if (!answer) return base::fail(answer.error());
    const auto json = base::parseJson(answer->body);
    if (answer->status >= 200 && answer->status < 300) {
      if (json) return *json;
      return base::fail(Failure{Exit::Malformed, session.server(), "its answer is no JSON", {}});
    }
    const Failure failure = problemFailure(answer->status, answer->body, {Route::PlanDocument});
    const auto& errors = json ? listOf(*json, "errors") : Json::Array{};
    if (errors.empty()) return base::fail(failure);
    std::vector<std::string> pointers;
    for (const Json& error : errors) {
      pointers.push_back(textOf(error, "pointer"));
      tell(context, pointers.back(), textOf(error, "text"));
    }
    if (!partial) {
      return base::fail(Failure{failure.exit, failure.what,
                                counted(errors.size(), "thing in the document is", "things in the document are") +
                                    " wrong, and nothing was changed",
                                {}});
    }
    if (!takeOut(pointers)) return base::fail(failure);
    if (san::entriesOf(document_) == 0) {
      return base::fail(
          Failure{failure.exit, failure.what, "nothing of it can be taken over, and nothing was changed", {}});
    }
  }
}

}  // namespace ctl
