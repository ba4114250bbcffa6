#include "console-gui/model/draft.h"

#include <QPointer>
#include <algorithm>
#include <set>
#include <utility>

#include "console-gui/model/edit_change.h"
#include "console-gui/model/sentences.h"

namespace console {
namespace {

QString sentenceOf(const san::EditError& error) { return sentence(error.text); }

// Ids of the result that stand for new objects go back to the provisional ones of the edits.
void callProvisional(san::Edit& edit, const san::NewIds& made) {
  const auto provisional = [&](san::ObjectRef& ref) {
    for (const auto& [was, is] : made) {
      if (is == ref) {
        ref = was;
        return;
      }
    }
  };
  provisional(edit.object);
  san::eachRef(edit.value, [&](san::ObjectRef& ref) {
    provisional(ref);
    return true;
  });
}

// What ids of the result before mean in the one after.
san::NewIds movedIds(const san::NewIds& before, const san::NewIds& after, bool otherBase) {
  san::NewIds moved;
  std::set<san::ObjectRef> own;
  for (const auto& [provisional, was] : before) {
    own.insert(was);
    const auto now = after.find(provisional);
    const san::ObjectRef is = now == after.end() ? san::ObjectRef{} : now->second;
    if (is != was) moved.emplace(was, is);
  }
  if (!otherBase) return moved;
  for (const auto& [provisional, is] : after) {
    if (!own.contains(is)) moved.emplace(is, san::ObjectRef{});
  }
  return moved;
}

}  // namespace

// One deed: what there was before it and after it. Of the edits it keeps what it changed, as a draft may have
// thousands; bases share what they have in common.
class Draft::Step : public QUndoCommand {
 public:
  Step(Draft& draft, const QString& deed, const Content& before, const Content& after)
      : QUndoCommand(deed),
        draft_(draft),
        before_(before.base),
        after_(after.base),
        change_(before.edits, after.edits) {}
  // What went once on its base goes again: edits and base decide alone.
  void undo() override { (void)draft_.take({before_, change_.undone(draft_.edits_)}); }
  void redo() override {
    if (std::exchange(done_, true)) (void)draft_.take({after_, change_.redone(draft_.edits_)});
  }

 private:
  Draft& draft_;
  san::Snapshot before_, after_;
  EditChange change_;
  bool done_ = false;  // the stack does a step when it gets it; it was done then
};

Draft::Draft(QObject* parent) : QObject(parent), maker_(std::make_unique<EffectMaker>()) {
  undo_.setUndoLimit(1000);
  // Told when the step is on the stack: whoever listens asks what can be undone.
  connect(&undo_, &QUndoStack::indexChanged, this, &Draft::tell);
}
Draft::~Draft() = default;

void Draft::tell() {
  if (const san::NewIds moved = std::exchange(moved_, {}); !moved.empty()) emit idsMoved(moved);
  emit changed();
}

void Draft::setPresent(const ViewPtr& view) {
  present_ = view;
  if (isEmpty()) {
    base_ = result_ = view->snapshot();
    stale_.clear();
    return;
  }
  auto stale = san::staleObjects(san::footprint(base_, edits_), view->snapshot());
  if (stale == stale_) return;
  stale_ = std::move(stale);
  emit changed();
}

san::ObjectRef Draft::newObject(san::Kind kind) const {
  san::Id next = san::kFirstProvisional;
  for (const san::Edit& edit : edits_) {
    if (edit.op == san::EditOp::Create && san::isProvisional(edit.object.id)) next = std::max(next, edit.object.id + 1);
  }
  return {kind, next};
}

bool Draft::isOfBase(san::ObjectRef ref) const {
  const san::Object* then = base_.get(ref);
  const san::Object* now = present_ ? present_->snapshot().get(ref) : nullptr;
  return then != nullptr && (now == nullptr || now->created == then->created);
}

QString Draft::whyNotOfBase(san::ObjectRef ref) const {
  return tr("%1 was made after the draft was begun. Bring the draft onto the present SAN first.")
      .arg(titled(present_->snapshot(), ref));
}

base::Result<std::vector<san::Edit>, QString> Draft::ofPresent(std::vector<san::Edit> edits) const {
  const san::Id offset = newObject(san::Kind::None).id - san::kFirstProvisional;
  san::ObjectRef late;
  const auto take = [&](san::ObjectRef& ref) {
    if (san::isProvisional(ref.id)) {
      ref.id += offset;
    } else if (ref && !late && !isEmpty() && !isOfBase(ref)) {
      late = ref;
    }
    return true;
  };
  for (san::Edit& edit : edits) {
    // What is made under an id that everybody knows, as the settings, is nowhere yet.
    if (edit.op != san::EditOp::Create || san::isProvisional(edit.object.id)) take(edit.object);
    san::eachRef(edit.value, take);
  }
  if (late) return base::fail(whyNotOfBase(late));
  return edits;
}

QString Draft::whyMistakable(std::span<const san::ObjectRef> objects) const {
  if (!isBehind()) return {};
  for (const san::ObjectRef ref : objects) {
    if (present_->snapshot().get(ref) != nullptr && !isOfBase(ref)) return whyNotOfBase(ref);
  }
  return {};
}

QString Draft::push(const QString& deed, std::vector<san::Edit> edits) {
  if (!present_) return tr("There is no SAN to change yet.");
  if (isHeld()) return whyHeld();
  std::vector<san::Edit> all = edits_;
  for (san::Edit& edit : edits) {
    callProvisional(edit, made_);
    all.push_back(std::move(edit));
  }
  return put(deed, Content{base_, std::move(all)});
}

QString Draft::put(const QString& deed, Content content) {
  const Content before{base_, edits_};
  if (QString fault = take(std::move(content)); !fault.isEmpty()) return fault;
  undo_.push(new Step(*this, deed, before, {base_, edits_}));
  return {};
}

QString Draft::load(const QString& deed, std::vector<san::Edit> edits, const san::Snapshot& base) {
  if (isHeld()) return whyHeld();
  return put(deed, Content{base, std::move(edits)});
}

void Draft::clear() {
  (void)take({base_, {}});
  undo_.clear();
}

Draft::Hold Draft::hold() {
  Hold made(this, [self = QPointer<Draft>(this)](const void*) {
    if (self) emit self->heldChanged();
  });
  held_ = made;
  emit heldChanged();
  return made;
}

QString Draft::whyHeld() const {
  return isHeld() ? tr("The draft is being submitted: wait for the answer.") : QString();
}

san::Edited<san::Merged> Draft::rebase() {
  auto merged = san::merge(base_, edits_, present_->snapshot());
  if (!merged) return merged;
  if (const QString fault = load(tr("Bring the draft onto the present SAN"), merged->edits, present_->snapshot()); !fault.isEmpty()) {
    return base::fail(san::EditError{san::EditFault::BadValue, {}, {}, fault.toStdString()});
  }
  return merged;
}

QString Draft::take(Content content) {
  const san::Snapshot& base = content.base;
  auto applied = san::apply(base, content.edits, san::Writer::ChangeSet, base.revision + 1, base.time);
  if (!applied) return sentenceOf(applied.error());
  const bool otherBase = content.base.revision != base_.revision;
  if (otherBase) before_ = nullptr;
  moved_ = movedIds(made_, applied->made, otherBase);
  base_ = std::move(content.base);
  edits_ = std::move(content.edits);
  result_ = std::move(applied->snapshot);
  made_ = std::move(applied->made);
  stale_ = edits_.empty() || !present_ ? std::vector<san::ObjectRef>{} : san::staleObjects(san::footprint(base_, edits_), present_->snapshot());
  work();
  return {};
}

void Draft::work() {
  maker_->cancel();
  working_ = false;
  if (edits_.empty()) {
    effect_ = nullptr;
    before_ = nullptr;
    if (present_) base_ = result_ = present_->snapshot();
    emit effectChanged();
    return;
  }
  working_ = true;
  if (!before_) {
    // The index of the present SAN is there already.
    const bool isPresent = present_ && present_->revision() == base_.revision;
    before_ = std::make_shared<EffectBase>(EffectBase{base_, isPresent ? present_->index : nullptr});
  }
  maker_->make(before_, result_, [this](const DraftEffectPtr& effect) {
    working_ = false;
    effect_ = effect;
    emit effectChanged();
  });
}

}  // namespace console
