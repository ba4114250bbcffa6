// Draft: the change set that is being made here: edits on the SAN, with undo in named steps and what they do.
//
// Begins at the first edit, on the snapshot of that moment. Each step is some edits that one deed of the user made
// ("Add host web1 to zone db"), so undo takes back deeds. What the whole does (difference, impact, findings, guards) is
// worked out off the UI thread after each step (effect()). Each step is also written to a file at once
// (draft_journal.h), so a killed console loses at most the last one. An object that the draft makes may get another id,
// as on another base: whoever has remembered it hears of that (idsMoved()). The UI thread. Errors: an edit that does
// not go is refused with a sentence, and nothing has changed.
#pragma once

#include <QObject>
#include <QString>
#include <QUndoStack>
#include <memory>
#include <span>
#include <vector>

#include "console-gui/model/draft_effect.h"
#include "console-gui/model/view.h"
#include "shared/san/merge.h"

namespace console {

class Draft : public QObject {
  Q_OBJECT

 public:
  explicit Draft(QObject* parent = nullptr);
  ~Draft() override;

  [[nodiscard]] bool isEmpty() const { return edits_.empty(); }
  [[nodiscard]] const std::vector<san::Edit>& edits() const { return edits_; }
  // That it was made on; only where it is not empty.
  [[nodiscard]] const san::Snapshot& base() const { return base_; }
  // The SAN as the draft makes it: of the present snapshot where the draft is empty.
  [[nodiscard]] const san::Snapshot& result() const { return result_; }
  // What provisional objects of edits() have become in result().
  [[nodiscard]] const san::NewIds& made() const { return made_; }
  [[nodiscard]] QUndoStack& undo() { return undo_; }
  // The newest effect that is known; nullptr: none yet. Of an earlier step while isWorking().
  [[nodiscard]] const DraftEffectPtr& effect() const { return effect_; }
  [[nodiscard]] bool isWorking() const { return working_; }
  // Objects that others have changed since, of those that the draft touches.
  [[nodiscard]] const std::vector<san::ObjectRef>& stale() const { return stale_; }

  // The SAN has moved on. An empty draft moves along.
  void setPresent(const ViewPtr& view);

  // One deed. `edits` refer to objects of result(): new ones by the id that they have there. An empty text: done.
  // A sentence: it does not go, and nothing has changed.
  [[nodiscard]] QString push(const QString& deed, std::vector<san::Edit> edits);
  // A provisional id for a new object of the kind, for the edits of the next push().
  [[nodiscard]] san::ObjectRef newObject(san::Kind kind) const;
  // Edits in the ids of the present SAN, as rules and answers have them, as push() takes them: what is new there gets
  // provisional ids that the draft does not use yet. A sentence: one is about what the base does not have.
  [[nodiscard]] base::Result<std::vector<san::Edit>, QString> ofPresent(std::vector<san::Edit> edits) const;
  // Why these of a selection, which stands on pages of the present SAN or of the draft, are not to be changed in the
  // draft, as a sentence: others have made them since, and an id may be that of an object of the draft, too. Empty:
  // they can be.
  [[nodiscard]] QString whyMistakable(std::span<const san::ObjectRef> objects) const;
  // Others have changed something since, whatever it is.
  [[nodiscard]] bool isBehind() const { return !isEmpty() && present_ && present_->revision() != base_.revision; }
  // From somewhere else: another base, the journal. Replaces what is there, which undo() brings back.
  [[nodiscard]] QString load(const QString& deed, std::vector<san::Edit> edits, const san::Snapshot& base);
  void clear();
  // Nothing can be added to it while somebody has this: whoever submits it clears it in the end, and nothing else with
  // it.
  using Hold = std::shared_ptr<const void>;
  [[nodiscard]] Hold hold();
  [[nodiscard]] bool isHeld() const { return !held_.expired(); }
  // Why nothing can be added, as a sentence; empty: nobody holds it.
  [[nodiscard]] QString whyHeld() const;
  // Onto the present snapshot, by a three-way merge; the conflicts, whose edits are left out (shared/san/merge.h).
  [[nodiscard]] san::Edited<san::Merged> rebase();

 signals:
  // Before changed(): what these ids of the result before have become; none: no such object of the draft is there any
  // more, or the id was somebody else's and is now that of one of its own.
  void idsMoved(const san::NewIds& moved);
  void changed();
  void effectChanged();
  void heldChanged();

 private:
  class Step;
  // All of a draft: the edits, and what they are on.
  struct Content {
    san::Snapshot base;
    std::vector<san::Edit> edits;
  };
  QString put(const QString& deed, Content content);
  QString take(Content content);  // as it is to be
  void tell();
  // Whether the base has that object of the present SAN, and not another one by its id.
  [[nodiscard]] bool isOfBase(san::ObjectRef ref) const;
  [[nodiscard]] QString whyNotOfBase(san::ObjectRef ref) const;
  void work();

  ViewPtr present_;
  san::Snapshot base_, result_;
  std::vector<san::Edit> edits_;
  san::NewIds made_;
  san::NewIds moved_;  // not told yet
  QUndoStack undo_;
  DraftEffectPtr effect_;
  std::vector<san::ObjectRef> stale_;
  std::unique_ptr<EffectMaker> maker_;
  std::shared_ptr<EffectBase> before_;  // of base_; nullptr: not needed yet
  bool working_ = false;
  std::weak_ptr<const void> held_;
};

}  // namespace console
