// PseudoTranslator: every text, 40 % longer, with marks on its letters and in brackets: what is shown without them has not
// gone through translation, what is shown without its closing bracket has been cut off. Places of arguments, numbers,
// tags, entities and mnemonics stay.
#pragma once

#include <QTranslator>

namespace console {

class PseudoTranslator : public QTranslator {
 public:
  using QTranslator::QTranslator;
  [[nodiscard]] bool isEmpty() const override { return false; }
  [[nodiscard]] QString translate(const char* context, const char* text, const char* which, int n) const override;
};

// Pure, for its test.
QString pseudo(const QString& text);

}  // namespace console
