// Server-sent events (HTML, 9.2), as far as the management API writes them: an id, a name and one text of data each.
//
// One owner. Bound: kMaxEvent bytes of an event that is not whole yet.
#pragma once

#include <string>
#include <string_view>

namespace mgmt {

class EventReader {
 public:
  static constexpr std::size_t kMaxEvent = std::size_t{64} << 20;

  // Calls on(name, data) for each event that is whole now; false when it returned false, or an event is too long.
  template <class On>
  bool take(std::string_view piece, On&& on) {
    rest_.append(piece);
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = rest_.find('\n', begin)) != std::string::npos; begin = end + 1) {
      std::string_view line = std::string_view(rest_).substr(begin, end - begin);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.starts_with("event:")) name_ = valueOf(line.substr(6));
      if (line.starts_with("data:")) data_ += valueOf(line.substr(5));
      if (line.starts_with("id:")) nextId_ = valueOf(line.substr(3));
      within_ = !line.empty();
      if (within_) continue;
      id_ = nextId_;
      if (!data_.empty() && !on(name_, data_)) return false;
      name_.clear();
      data_.clear();
    }
    rest_.erase(0, begin);
    return rest_.size() + data_.size() <= kMaxEvent;
  }
  // Of the last event that was whole, or of a comment that had one; empty: none had.
  [[nodiscard]] const std::string& id() const { return id_; }
  // What has come so far ends where an event or a comment does.
  [[nodiscard]] bool isBetween() const { return rest_.empty() && !within_; }

 private:
  static std::string_view valueOf(std::string_view text) {
    if (text.starts_with(' ')) text.remove_prefix(1);
    return text;
  }

  std::string rest_, name_, data_, nextId_, id_;
  bool within_ = false;
};

}  // namespace mgmt
