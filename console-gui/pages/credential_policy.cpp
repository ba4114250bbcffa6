#include "console-gui/pages/credential_policy.h"

#include <QMenu>

#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"

namespace console {

void fillPolicy(QMenu& menu, Workspace& workspace, san::Id credential) {
  menu.clear();
  const san::Snapshot& snapshot = workspace.draft().result();
  const auto* own = snapshot.get<san::Credential>(credential);
  if (own == nullptr) return;
  const auto offer = [&](const san::ObjectRef& ref, san::ChapDemand now) {
    const QString name = titled(snapshot, ref);
    menu.addSection(console::tr("%1 %2 demands: %3").arg(workspace.kindName(ref.kind), name, chapWord(now)));
    for (const san::ChapDemand demand : {san::ChapDemand::None, san::ChapDemand::OneWay, san::ChapDemand::Mutual}) {
      QAction* action = menu.addAction(chapWord(demand), &workspace, [&workspace, ref, name, demand] {
        (void)workspace.edit(console::tr("%1 demands %2").arg(name, chapWord(demand)),
                             {{san::EditOp::Set, ref, "chap", std::string(san::wordOf(demand))}});
      });
      action->setCheckable(true);
      action->setChecked(demand == now);
    }
  };
  snapshot.table<san::Domain>().forEach([&](san::Id id, const san::Domain& domain) {
    if (!domain.nodes.contains(own->initiator.id) || (own->target && !domain.nodes.contains(own->target.id))) return;
    const san::ObjectRef ref{san::Kind::Domain, id};
    offer(ref, domain.chap);
    QAction* md5 = menu.addAction(
        console::tr("refuse MD5"), &workspace,
        [&workspace, ref, refused = domain.md5Refused, name = titled(snapshot, ref)] {
          (void)workspace.edit(
              refused ? console::tr("%1 lets MD5 pass").arg(name) : console::tr("%1 refuses MD5").arg(name),
              {{san::EditOp::Set, ref, "md5_refused", !refused}});
        });
    md5->setCheckable(true);
    md5->setChecked(domain.md5Refused);
  });
  if (const auto* target = snapshot.get<san::Node>(own->target.id))
    offer({san::Kind::Node, own->target.id}, target->chap);
}

}  // namespace console
