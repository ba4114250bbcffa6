#include "console-gui/model/view.h"

#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"

namespace console {

ViewPtr viewOf(const san::Snapshot& snapshot, san::Seconds now, const ViewPtr& before, Rules rules) {
  auto view = std::make_shared<View>();
  view->index = std::make_shared<const san::SanIndex>(snapshot);
  view->search = before ? std::make_shared<const san::SearchIndex>(before->search->next(snapshot))
                        : std::make_shared<const san::SearchIndex>(snapshot);
  if (rules == Rules::Evaluate) {
    san::FindingContext context;
    context.now = now;
    view->findings = std::make_shared<const san::Findings>(san::evaluate(*view->index, context));
    view->findingsRevision = snapshot.revision;
  } else if (before) {
    view->findings = before->findings;
    view->findingsRevision = before->findingsRevision;
  }
  return view;
}

std::string titleOf(const san::Snapshot& snapshot, san::ObjectRef ref) {
  if (ref.kind == san::Kind::Node) {
    const auto* node = snapshot.get<san::Node>(ref.id);
    if (node != nullptr && !node->alias.empty()) return node->alias;
  }
  if (ref.kind == san::Kind::LogicalUnit) {
    const auto* unit = snapshot.get<san::LogicalUnit>(ref.id);
    if (unit != nullptr && !unit->name.empty()) return unit->name;
  }
  const std::string name = san::nameOf(snapshot, ref);
  if (!name.empty()) return name;
  return console::tr("%1 #%2").arg(kindWord(ref.kind, false, false)).arg(ref.id).toStdString();
}

}  // namespace console
