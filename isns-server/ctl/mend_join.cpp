#include "isns-server/ctl/mend_join.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "isns-server/ctl/api_text.h"

namespace ctl {
namespace {

using base::Json;

constexpr std::string_view kFresh = ":+";  // "waiver:+0": an object that the draft creates

std::string compact(const Json& json) {
  std::string text;
  json.writeCompact(text);
  return text;
}

// Calls take(text) for every text within a value.
template <class Take>
void eachText(const Json& value, const Take& take) {
  if (const std::string* text = value.text()) take(*text);
  if (const Json::Array* list = value.array())
    for (const Json& one : *list) eachText(one, take);
  if (const Json::Object* members = value.object())
    for (const base::JsonMember& one : *members) eachText(one.value, take);
}

bool isErase(const Json& edit) { return textOf(edit, "op") == "erase"; }

// What takes an object out of a list can stand beside what erases that object.
bool needsItsValue(const Json& edit) { return textOf(edit, "op") != "remove"; }

// Of one object.
bool contradict(const Json& a, const Json& b) {
  if (isErase(a) != isErase(b)) return true;
  const std::string field = textOf(a, "field");
  if (field.empty() || field != textOf(b, "field")) return false;
  const std::string opA = textOf(a, "op");
  const std::string opB = textOf(b, "op");
  const bool sameValue = compact(memberOf(a, "value")) == compact(memberOf(b, "value"));
  if (opA == "set" || opB == "set") return opA != opB || !sameValue;
  return opA != opB && sameValue;  // one adds it, the other removes it
}

// What has been taken, by the objects that it is about.
class Draft {
 public:
  // The mend that an edit contradicts, or nothing.
  [[nodiscard]] std::optional<std::size_t> opposite(const Json& edit) const {
    if (known_.contains(compact(edit))) return std::nullopt;
    const std::string object = textOf(edit, "object");
    if (const auto same = byObject_.find(object); same != byObject_.end()) {
      for (const std::size_t one : same->second)
        if (contradict(all_[one].edit, edit)) return all_[one].mend;
    }
    if (const auto user = named_.find(object); isErase(edit) && user != named_.end()) return user->second;
    if (!needsItsValue(edit)) return std::nullopt;
    std::optional<std::size_t> found;
    eachText(memberOf(edit, "value"), [&](const std::string& text) {
      if (const auto eraser = erased_.find(text); eraser != erased_.end()) found = eraser->second;
    });
    return found;
  }
  // Equal ones once.
  void take(Json edit, std::size_t mend) {
    if (!known_.insert(compact(edit)).second) return;
    const std::string object = textOf(edit, "object");
    byObject_[object].push_back(all_.size());
    if (isErase(edit)) erased_.emplace(object, mend);
    if (needsItsValue(edit)) eachText(memberOf(edit, "value"), [&](const std::string& text) { named_.emplace(text, mend); });
    all_.push_back({std::move(edit), mend});
  }
  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] Json::Array edits() && {
    Json::Array edits;
    for (One& one : all_) edits.push_back(std::move(one.edit));
    return edits;
  }

 private:
  struct One {
    Json edit;
    std::size_t mend;
  };
  std::vector<One> all_;
  std::set<std::string> known_;
  std::map<std::string, std::vector<std::size_t>> byObject_;
  std::map<std::string, std::size_t> erased_;  // by which mend
  std::map<std::string, std::size_t> named_;
};

// The highest number of an object that it creates, and one more.
std::uint64_t freshIn(const Json& json) {
  std::uint64_t count = 0;
  if (const std::string* text = json.text()) {
    const std::size_t at = text->find(kFresh);
    const std::string digits = at == std::string::npos ? std::string() : text->substr(at + kFresh.size());
    const bool number = !digits.empty() && digits.size() < 6 &&
                        digits.find_first_not_of("0123456789") == std::string::npos;
    return number ? std::stoul(digits) + 1 : 0;
  }
  if (const Json::Array* list = json.array())
    for (const Json& one : *list) count = std::max(count, freshIn(one));
  if (const Json::Object* members = json.object())
    for (const base::JsonMember& one : *members) count = std::max(count, freshIn(one.value));
  return count;
}

Json renumbered(const Json& json, std::uint64_t by) {
  if (const std::string* text = json.text()) {
    const std::uint64_t number = freshIn(json);
    if (number == 0) return json;
    return Json(text->substr(0, text->find(kFresh) + kFresh.size()) + std::to_string(number - 1 + by));
  }
  if (const Json::Array* list = json.array()) {
    Json::Array all;
    for (const Json& one : *list) all.push_back(renumbered(one, by));
    return all;
  }
  if (const Json::Object* members = json.object()) {
    Json::Object all;
    for (const base::JsonMember& one : *members) all.push_back({one.name, renumbered(one.value, by)});
    return all;
  }
  return json;
}

}  // namespace

JoinedMends joinMends(std::span<const Mend> mends) {
  JoinedMends joined;
  Draft draft;
  std::uint64_t fresh = 0;
  for (std::size_t i = 0; i < mends.size(); ++i) {
    const std::uint64_t own = freshIn(Json(mends[i].edits));
    Json::Array edits;
    std::string why;
    for (const Json& one : mends[i].edits) {
      edits.push_back(own == 0 ? one : renumbered(one, fresh));
      if (const auto other = draft.opposite(edits.back())) {
        why = "its mend contradicts that of " + mends[*other].name + ", about " + textOf(one, "object");
        break;
      }
    }
    if (why.empty() && draft.size() + edits.size() > kMaxJoined)
      why = "a draft takes at most " + std::to_string(kMaxJoined) + " of their edits; mend it by another one";
    if (!why.empty()) {
      joined.left.push_back(mends[i].name + ": " + why);
      continue;
    }
    fresh += own;
    joined.taken.push_back(mends[i].name);
    for (Json& edit : edits) draft.take(std::move(edit), i);
  }
  joined.edits = std::move(draft).edits();
  return joined;
}

}  // namespace ctl
