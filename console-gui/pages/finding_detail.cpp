#include "console-gui/pages/finding_detail.h"

#include <QTextBrowser>
#include <QUrl>

#include "console-gui/client/tr.h"
#include "console-gui/model/finding_tree.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/selection.h"
#include "console-gui/model/sentences.h"
#include "console-gui/widgets/page_parts.h"

namespace console {
namespace {

QString escaped(std::string_view words) {
  return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size())).toHtmlEscaped();
}
QString findingParagraph(const QString& html) { return QStringLiteral("<p style='margin:0 0 4px 0'>%1</p>").arg(html); }

san::ObjectRef refOfLink(const QUrl& link) {
  const QStringList parts = link.toString().split(QLatin1Char(':'));
  if (parts.size() != 3 || parts[0] != QLatin1String("ref")) return {};
  const auto kind = parts[1].toUInt();
  return kind < san::kKinds ? san::ObjectRef{static_cast<san::Kind>(kind), parts[2].toUInt()} : san::ObjectRef{};
}

}  // namespace

QString linkTo(const san::Snapshot& snapshot, san::ObjectRef ref) {
  return QStringLiteral("<a href='ref:%1:%2'>%3</a>")
      .arg(static_cast<int>(ref.kind))
      .arg(ref.id)
      .arg(titled(snapshot, ref).toHtmlEscaped());
}

QTextBrowser* detailText(const QString& name, Selection& selection, QWidget* parent) {
  auto* text = new QTextBrowser(parent);
  text->setAccessibleName(name);
  text->setOpenLinks(false);
  QObject::connect(text, &QTextBrowser::anchorClicked, &selection, [&selection](const QUrl& link) {
    if (const san::ObjectRef ref = refOfLink(link)) selection.select(ref);
  });
  return text;
}

QString ruleHtml(const san::RuleRow& rule) {
  return sectionHtml(tr("What the rule means"), findingParagraph(tableText(rule.meaning).toHtmlEscaped())) +
         sectionHtml(tr("What to do"), findingParagraph(tableText(rule.action).toHtmlEscaped())) +
         sectionHtml(tr("Supports evidence for"),
                     findingParagraph(escaped(rule.controls).replace(QStringLiteral("; "), QStringLiteral("<br>"))));
}

QString findingHtml(const san::Snapshot& snapshot, const san::Finding& finding, const san::RuleRow& rule,
                    san::Seconds now) {
  QString html = QStringLiteral("<p style='margin:0 0 8px 0'><b>%1</b></p>").arg(sentence(finding.text).toHtmlEscaped());
  FactRows rows;
  rows.add(tr("Since"), finding.sinceTime != 0
                            ? timeText(finding.sinceTime) + QStringLiteral(", ") + agoText(finding.sinceTime, now)
                            : sinceText(finding, now));
  if (finding.waiver != 0 || finding.expiredWaiver != 0) {
    const auto* waiver = snapshot.get<san::Waiver>(finding.waiver != 0 ? finding.waiver : finding.expiredWaiver);
    if (waiver != nullptr) {
      rows.add(finding.waiver != 0 ? tr("Waived until") : tr("Waiver expired"),
               timeText(waiver->expires) + QStringLiteral(": ") + escaped(waiver->reason));
    }
  }
  for (const san::Fact& fact : finding.facts)
    rows.add(sentence(fact.name).toHtmlEscaped(), sentence(fact.value).toHtmlEscaped());
  html += rows.html();
  if (finding.subject || !finding.objects.empty()) {
    QString objects;
    if (finding.subject) objects += findingParagraph(tr("About %1").arg(linkTo(snapshot, finding.subject)));
    QStringList links;
    for (const san::ObjectRef ref : finding.objects) {
      if (ref != finding.subject) links << linkTo(snapshot, ref);
    }
    if (!links.isEmpty()) objects += findingParagraph(links.join(QStringLiteral(", ")));
    if (finding.count > finding.objects.size() && !finding.objects.empty()) {
      objects += findingParagraph(coloredHtml(
          Token::TextMuted, tr("and %n more", nullptr, static_cast<int>(finding.count - finding.objects.size()))));
    }
    html += sectionHtml(tr("Objects"), objects);
  }
  html += sectionHtml(
      tr("Mend"), findingParagraph(finding.mend.sentence.empty() ? tableText(rule.action).toHtmlEscaped()
                                                                 : sentence(finding.mend.sentence).toHtmlEscaped()));
  return html + ruleHtml(rule);
}

}  // namespace console
