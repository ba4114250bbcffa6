// EditChange: how a list of edits became another one, for the draft's undo.
//
// What both begin with is not kept, as the list at hand has it: a deed adds a few edits to a draft of thousands.
// Values, safe from any thread.
#pragma once

#include <span>
#include <vector>

#include "shared/san/edit.h"

namespace console {

class EditChange {
 public:
  EditChange(std::span<const san::Edit> before, std::span<const san::Edit> after);

  // The list before, of the one after, and the other way round.
  [[nodiscard]] std::vector<san::Edit> undone(std::span<const san::Edit> after) const;
  [[nodiscard]] std::vector<san::Edit> redone(std::span<const san::Edit> before) const;
  // Edits that it keeps.
  [[nodiscard]] std::size_t size() const { return before_.size() + after_.size(); }

 private:
  std::size_t common_;
  std::vector<san::Edit> before_, after_;  // behind what is common
};

}  // namespace console
