#include "console-gui/pages/activity_detail.h"

#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/pages/finding_detail.h"
#include "console-gui/widgets/page_parts.h"
#include "shared/base/json_members.h"

namespace console {
namespace {

QString text(std::string_view words) { return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size())).toHtmlEscaped(); }
QString paragraph(const QString& html) { return QStringLiteral("<p style='margin:0 0 6px 0'>%1</p>").arg(html); }

// What is not told has no row.
void add(FactRows& rows, const QString& name, const QString& value) {
  if (!value.isEmpty()) rows.add(name, value);
}

// Broken anywhere: digits have no place of their own for it.
QString hashHtml(const std::string& hash) {
  QString broken;
  for (std::size_t i = 0; i < hash.size(); i += 16) broken += (i == 0 ? QString() : QStringLiteral(" ")) + text(std::string_view(hash).substr(i, 16));
  return QStringLiteral("<code>%1</code>").arg(broken);
}

QString timeHtml(san::Seconds time, san::Seconds now) {
  return QStringLiteral("%1, %2").arg(timeText(time), agoText(time, now)).toHtmlEscaped();
}

}  // namespace

QString verifyCommands() {
  return QStringLiteral("sanctl audit export audit.jsonl && sanctl audit verify --key FINGERPRINT audit.jsonl");
}

QString feedHtml(const san::Snapshot* snapshot, const FeedEntry& entry, san::Seconds now) {
  FactRows rows;
  add(rows, tr("When"), timeHtml(entry.time, now));
  add(rows, tr("Kind"), feedKindWord(entry.kind).toHtmlEscaped());
  add(rows, tr("By"), entry.actor.toHtmlEscaped());
  add(rows, tr("Revision"), QString::number(entry.revision));
  QString html = paragraph(QStringLiteral("<b>%1</b>").arg(entry.text.toHtmlEscaped())) + rows.html();
  QStringList links;
  for (const san::ObjectRef ref : entry.objects) {
    links << (snapshot != nullptr && snapshot->get(ref) != nullptr
                  ? linkTo(*snapshot, ref)
                  : coloredHtml(Token::TextMuted, tr("%1 %2, no longer there").arg(kindWord(ref.kind, false, false)).arg(ref.id).toHtmlEscaped()));
  }
  if (entry.count > entry.objects.size() && !links.isEmpty()) {
    links << coloredHtml(Token::TextMuted, tr("and %n more", nullptr, static_cast<int>(entry.count - entry.objects.size())));
  }
  if (!links.isEmpty()) html += sectionHtml(tr("Objects"), paragraph(links.join(QStringLiteral(", "))));
  return html;
}

QString recordHtml(const san::Snapshot* snapshot, const AuditRow& row, san::Seconds now) {
  const ops::AuditRecord& record = row.record;
  QString html;
  if (const ops::LogEvent* event = ops::findAuditEvent(record.event)) {
    html += sectionHtml(tr("The event"), paragraph(meaningOf(*event).toHtmlEscaped()));
  } else {
    html += paragraph(coloredHtml(Token::TextMuted, tr("This console does not know the event: the server is newer.")));
  }
  FactRows rows;
  add(rows, tr("When"), timeHtml(row.time(), now));
  add(rows, tr("Who"),
      tr("%1, a %2").arg(QString::fromStdString(record.actor), actorKindWord(record.actorKind)).toHtmlEscaped());
  add(rows, tr("From"), text(record.origin));
  const auto ref = snapshot == nullptr ? std::nullopt : san::parseRef(*snapshot, record.object);
  add(rows, tr("Object"),
      ref && snapshot->get(*ref) != nullptr && ref->kind != san::Kind::ChangeSet
          ? linkTo(*snapshot, *ref)
          : auditObjectText(snapshot, record.object).toHtmlEscaped());
  add(rows, tr("Ended"),
      record.outcome == ops::AuditOutcome::Done
          ? tr("done")
          : coloredHtml(Token::Bad, record.code.empty() ? tr("refused") : tr("refused: %1").arg(text(record.code))));
  add(rows, tr("Reason"), text(record.reason));
  add(rows, tr("Ticket"), text(record.ticket));
  for (const ops::AuditDetail& detail : record.details) add(rows, text(detail.key), text(detail.value));
  add(rows, tr("Revision"), QString::number(record.revision));
  html += rows.html();
  const QString place = tr("Record %1 of the hash chain. Its hash covers it and all before it:").arg(record.sequence).toHtmlEscaped();
  html += sectionHtml(tr("Place in the log"),
                      paragraph(place) + paragraph(row.hash.empty() ? coloredHtml(Token::TextMuted, tr("not told")) : hashHtml(row.hash)) +
                          paragraph(coloredHtml(Token::TextMuted, tr("A list cannot show that the log is whole. Export and check it:"))) +
                          paragraph(QStringLiteral("<code>%1</code>").arg(verifyCommands().toHtmlEscaped())));
  return html;
}

QString differenceHtml(const base::Json& answer) {
  const base::Json* diff = answer.find("diff");
  const base::Json* lines = diff == nullptr ? nullptr : diff->find("lines");
  const QString title = tr("Revision %1 against %2").arg(base::numberOf(answer, "to")).arg(base::numberOf(answer, "from"));
  if (lines == nullptr || lines->array() == nullptr || lines->array()->empty()) {
    return sectionHtml(title, paragraph(tr("The two revisions say the same: nothing of the SAN was changed with it.")));
  }
  QString body;
  std::size_t shown = 0;
  for (const base::Json& line : *lines->array()) {
    if (line.text() == nullptr) continue;
    if (shown++ == kMostLines) {
      body += paragraph(coloredHtml(Token::TextMuted, tr("and %n more", nullptr, static_cast<int>(lines->array()->size() - kMostLines))));
      break;
    }
    const std::string& words = *line.text();
    const Token token = words.starts_with("+ ") ? Token::Good : words.starts_with("- ") ? Token::Bad : Token::Text;
    body += paragraph(coloredHtml(token, text(words)));
  }
  return sectionHtml(title, body);
}

}  // namespace console
