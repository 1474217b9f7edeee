// Folding and splitting of titles, on the titles that real catalogues hold.
#include "recommendation/title_text.h"
#include <gmock/gmock.h>

namespace encore {
namespace {

using testing::Contains;
using testing::Eq;
using testing::IsEmpty;
using testing::Optional;

TEST(Folded, ForgivesCaseAccentsAndPunctuation) {
  EXPECT_EQ(folded("Rear   Window"), "rear window");
  EXPECT_EQ(folded("Amélie"), "amelie");
  EXPECT_EQ(folded("AMÉLIE"), "amelie");
  EXPECT_EQ(folded("Ame\u0301lie"), "amelie");  // the accent apart from its letter
  EXPECT_EQ(folded("Ærø, Straße, Łódź, Œuvre"), "aero strasse lodz oeuvre");
  EXPECT_EQ(folded("Schindler's List"), folded("Schindler’s List"));
  EXPECT_EQ(folded("Fast & Furious"), "fast and furious");
  EXPECT_EQ(folded("2001: A Space Odyssey"), "2001 a space odyssey");
  EXPECT_EQ(folded("  ...  "), "");
  EXPECT_EQ(folded("Сталкер"), "Сталкер");   // other scripts stand
  EXPECT_EQ(folded("Am\xe9lie"), "amelie");  // bytes that are no UTF-8 are taken for Latin-1
  EXPECT_EQ(folded("abc\xff\xc3"), "abcya");
}

TEST(NamesOf, PutsTheArticleInFront) {
  EXPECT_EQ(names_of("Godfather, The (1972)").name, "the godfather");
  EXPECT_EQ(names_of("The Godfather").name, "the godfather");
  EXPECT_EQ(names_of("Godfather, The (1972)").bare, "godfather");
  EXPECT_EQ(names_of("Dolce Vita, La (1960)").name, "la dolce vita");
  EXPECT_EQ(names_of("Good, the Bad and the Ugly, The (1966)").name, "the good the bad and the ugly");
  EXPECT_EQ(names_of("Me, Myself & Irene (2000)").name, "me myself and irene");
  EXPECT_EQ(names_of("A (1998)").bare, "a");
}

TEST(NamesOf, FindsTheYear) {
  EXPECT_THAT(names_of("Vertigo (1958)").year, Optional(Eq(1958)));
  EXPECT_THAT(names_of("Death Note (2006–2007)").year, Optional(Eq(2006)));
  EXPECT_THAT(names_of("Death Note (2006-)").year, Optional(Eq(2006)));
  EXPECT_THAT(names_of("Vertigo (1958) ").year, Optional(Eq(1958)));
  EXPECT_FALSE(names_of("2001: A Space Odyssey").year.has_value());
  EXPECT_FALSE(names_of("Up (a film)").year.has_value());
  EXPECT_FALSE(names_of("Room (12345)").year.has_value());
  EXPECT_FALSE(names_of(")").year.has_value());
  EXPECT_EQ(names_of("1984 (1984)").name, "1984");
}

TEST(NamesOf, KnowsTheNamesInBrackets) {
  const TitleNames lost = names_of("City of Lost Children, The (Cité des enfants perdus, La) (1995)");
  EXPECT_EQ(lost.name, "the city of lost children");
  EXPECT_THAT(lost.others, Contains("la cite des enfants perdus"));
  const TitleNames seven = names_of("Seven (a.k.a. Se7en) (1995)");
  EXPECT_EQ(seven.name, "seven");
  EXPECT_THAT(seven.others, Contains("se7en"));
  const TitleNames days = names_of("(500) Days of Summer (2009)");
  EXPECT_EQ(days.name, "days of summer");
  EXPECT_THAT(days.others, Contains("500 days of summer"));
  EXPECT_THAT(names_of("Broken (bracket").others, Contains("bracket"));
  EXPECT_THAT(names_of("").others, IsEmpty());
  EXPECT_EQ(names_of("").name, "");
}

TEST(TitleText, AWordMayBeInATitleOnlyWhereItsNamesHaveIt) {
  EXPECT_EQ(longest_word("lord of the rings"), "rings");
  EXPECT_EQ(longest_word("you and me and"), "you");
  EXPECT_EQ(longest_word("and"), "") << "which a title may write as &";
  EXPECT_EQ(longest_word("\xE5\x8D\x83 of"), "") << "of another alphabet";
  EXPECT_TRUE(may_hold_word("Lord of the Rings: The Two Towers, The (2002)", "rings"));
  EXPECT_FALSE(may_hold_word("Lord of the Ring, The (2002)", "rings"));
  EXPECT_FALSE(may_hold_word("Springs (1999)", "rings"));
  EXPECT_FALSE(may_hold_word("Ringsend (1999)", "rings"));
  EXPECT_TRUE(may_hold_word("Springs and RINGS (1999)", "rings"));
  EXPECT_TRUE(may_hold_word("Schindler's List (1993)", "schindlers"));
  EXPECT_TRUE(may_hold_word("Am\xC3\xA9lie (2001)", "amelie"));
  EXPECT_TRUE(may_hold_word("Rock(et)man (2019)", "rockman"));
  EXPECT_TRUE(may_hold_word("", ""));
}

}  // namespace
}  // namespace encore
