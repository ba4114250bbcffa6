#include "console-gui/model/cable_labels.h"

#include <algorithm>
#include <set>

#include "console-gui/client/tr.h"
#include "console-gui/model/name_order.h"
#include "console-gui/model/view.h"

namespace console {
namespace {

using san::Id;
using san::Kind;

class Labels {
 public:
  explicit Labels(const san::SanIndex& index)
      : index_(index), snapshot_(index.snapshot()), hosts_(hostsByEntity(index.snapshot())) {}

  std::vector<CableLabel> run(CableScope scope, std::span<const san::ObjectRef> selected) {
    const std::set<Id> chosen = scope == CableScope::Selected ? portalsOf(selected) : std::set<Id>{};
    std::vector<CableLabel> labels;
    snapshot_.table<san::Cable>().forEach([&](Id id, const san::Cable& cable) {
      const bool connected = cable.status == san::CableStatus::Connected;
      const bool isChosen = chosen.contains(cable.from.id) || chosen.contains(cable.to.id) ||
                            std::ranges::find(selected, san::ObjectRef{Kind::Cable, id}) != selected.end();
      if ((scope == CableScope::Selected && !isChosen) || (scope == CableScope::NotConnected && connected)) return;
      // The far end is the one that is no portal.
      const QString one = endOf(cable.from.id, cable.from ? std::string() : cable.farEnd);
      const QString other = endOf(cable.to.id, cable.from ? cable.farEnd : std::string());
      CableLabel label{text(cable.name), text(cable.color), one, other, cable.status};
      labels.push_back(label);
      std::swap(label.here, label.there);
      labels.push_back(std::move(label));
    });
    const QCollator order = nameOrder();
    std::ranges::stable_sort(
        labels, [&](const CableLabel& a, const CableLabel& b) { return order.compare(a.name, b.name) < 0; });
    return labels;
  }

 private:
  static QString text(const std::string& one) { return QString::fromStdString(one); }

  [[nodiscard]] std::set<Id> portalsOf(std::span<const san::ObjectRef> selected) const {
    std::set<Id> portals;
    const auto takeEntity = [&](Id entity) {
      for (const Id portal : index_.portalsOf(entity)) portals.insert(portal);
    };
    for (const san::ObjectRef ref : selected) {
      if (ref.kind == Kind::Portal) portals.insert(ref.id);
      if (ref.kind == Kind::Entity) takeEntity(ref.id);
      const auto* node = ref.kind == Kind::Node ? snapshot_.get<san::Node>(ref.id) : nullptr;
      if (node != nullptr && node->entity) takeEntity(node->entity.id);
      const auto* host = ref.kind == Kind::Host ? snapshot_.get<san::Host>(ref.id) : nullptr;
      if (host == nullptr) continue;
      host->entities.forEach(takeEntity);
    }
    return portals;
  }

  [[nodiscard]] QString endOf(Id id, const std::string& otherwise) const {
    const auto* portal = id != 0 ? snapshot_.get<san::Portal>(id) : nullptr;
    if (portal == nullptr) return text(otherwise);
    QString port = text(portal->note.empty() ? san::nameOf(snapshot_, {Kind::Portal, id}) : portal->note);
    if (port.endsWith(QStringLiteral("/tcp"))) port.chop(4);  // as nearly all are
    const QString owner = ownerOf(*portal);
    return owner.isEmpty() ? port : owner + QStringLiteral("  ") + port;
  }

  [[nodiscard]] QString ownerOf(const san::Portal& portal) const {
    if (!portal.entity) return {};
    const auto host = hosts_.find(portal.entity.id);
    if (host != hosts_.end()) return text(san::nameOf(snapshot_, {Kind::Host, host->second}));
    // Without its domain: a label is small.
    return text(san::nameOf(snapshot_, portal.entity.ref())).section(QLatin1Char('.'), 0, 0);
  }

  const san::SanIndex& index_;
  const san::Snapshot& snapshot_;
  const std::unordered_map<Id, Id> hosts_;  // by entity
};

}  // namespace

std::vector<CableLabel> cableLabels(const san::SanIndex& index, CableScope scope,
                                    std::span<const san::ObjectRef> selected) {
  return Labels(index).run(scope, selected);
}

QString cableStatusWord(san::CableStatus status) {
  if (status == san::CableStatus::Planned) return console::tr("planned");
  return status == san::CableStatus::Decommissioning ? console::tr("leaving") : QString();
}

}  // namespace console
