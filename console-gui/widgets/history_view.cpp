#include "console-gui/widgets/history_view.h"

#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>
#include <map>

#include "console-gui/canvas/theme.h"
#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/widgets/object_links.h"
#include "console-gui/widgets/page_parts.h"

namespace console {
namespace {

// Who joined with which revision; many that came at once are one line.
template <san::Kind K>
void addMembers(const san::Snapshot& snapshot, const san::Members<K>& members,
                std::map<san::Revision, QString>& texts) {
  std::map<san::Revision, std::vector<san::Id>> since;
  for (const san::Member& member : members.items()) since[member.since].push_back(member.id);
  for (const auto& [revision, ids] : since) {
    QString text = tr("%1 joined").arg(titled(snapshot, {K, ids.front()}));
    if (ids.size() > 1) text = tr("%n members joined", nullptr, static_cast<int>(ids.size()));
    QString& line = texts[revision];
    line = line.isEmpty() ? text : line + QStringLiteral("; ") + text;
  }
}

}  // namespace

std::vector<HistoryEntry> historyOf(const san::Snapshot& snapshot, san::ObjectRef object) {
  const san::Object* one = snapshot.get(object);
  if (one == nullptr) return {};
  std::map<san::Revision, QString> texts;
  if (one->changed != 0 && one->changed != one->created)
    texts[one->changed] = tr("changed last");
  if (const auto* domain = object.kind == san::Kind::Domain ? snapshot.get<san::Domain>(object.id) : nullptr)
    addMembers(snapshot, domain->nodes, texts);
  if (const auto* set = object.kind == san::Kind::DomainSet ? snapshot.get<san::DomainSet>(object.id) : nullptr) {
    addMembers(snapshot, set->domains, texts);
    if (set->enabled && set->enabledSince != 0) {
      QString& line = texts[set->enabledSince];
      line += (line.isEmpty() ? QString() : QStringLiteral("; ")) + tr("enabled");
    }
  }
  if (one->created != 0) {
    QString& line = texts[one->created];
    line = line.isEmpty() ? tr("made")
                          : tr("made") + QStringLiteral("; ") + line;
  }
  std::vector<HistoryEntry> entries;
  for (auto at = texts.rbegin(); at != texts.rend() && entries.size() < kMostHistory; ++at) {
    entries.push_back({at->first, at->second, at->first == snapshot.revision ? snapshot.time : 0, {}, {}, {}});
  }
  snapshot.table<san::ChangeSet>().forEach([&](san::Id id, const san::ChangeSet& change) {
    change.forEachRevision([&](san::Revision made) {
      const auto at = std::ranges::find(entries, made, &HistoryEntry::revision);
      if (at == entries.end()) return;
      at->time = change.committedAt;
      at->who = QString::fromStdString(change.author);
      at->reason = QString::fromStdString(change.reason);
      at->change = {san::Kind::ChangeSet, id};
    });
  });
  return entries;
}

HistoryView::HistoryView(QWidget* parent) : QWidget(parent), list_(linkLabel(this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(kSpace / 2);
  layout->addWidget(list_);
  auto* note = plainLabel(
      HistoryView::tr("What the present state remembers: the first and the last change, and who is in it since when."),
      this);
  layout->addWidget(note);
  list_->setAccessibleName(HistoryView::tr("History"));
  note->setProperty("role", QStringLiteral("muted"));
  note->setWordWrap(true);
  connect(list_, &QLabel::linkActivated, this, [this](const QString& link) {
    if (const auto ref = objectOfLink(link)) emit objectChosen(*ref);
    if (const san::Revision revision = revisionOfLink(link); revision != 0) emit revisionChosen(revision);
  });
}

void HistoryView::setObject(const ViewPtr& view, san::ObjectRef object) { fill(historyOf(view->snapshot(), object)); }

void HistoryView::fill(const std::vector<HistoryEntry>& entries) {
  const QString muted = theme()[Token::TextMuted].name();
  QString html = QStringLiteral("<table cellspacing=0 cellpadding=3>");
  for (const HistoryEntry& entry : entries) {
    html += QStringLiteral("<tr><td style='white-space:nowrap'>%1</td><td>%2<span style='color:%3'>")
                .arg(revisionLink(entry.revision), entry.what.toHtmlEscaped(), muted);
    QStringList tail;
    if (entry.time != 0) tail << timeText(entry.time);
    if (!entry.who.isEmpty()) tail << HistoryView::tr("by %1").arg(entry.who);
    if (!entry.reason.isEmpty()) tail << entry.reason;
    if (!tail.isEmpty()) html += QStringLiteral("<br>") + tail.join(QStringLiteral(" \u00b7 ")).toHtmlEscaped();
    html += QStringLiteral("</span>");
    if (entry.change) html += QStringLiteral(" ") + objectLink(entry.change, HistoryView::tr("change set"));
    html += QStringLiteral("</td></tr>");
  }
  list_->setText(entries.empty() ? HistoryView::tr("Nothing is known.") : html + QStringLiteral("</table>"));
}

}  // namespace console
