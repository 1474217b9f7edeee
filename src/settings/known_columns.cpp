// The list: MovieLens, Amazon, Goodreads, Book-Crossing, Last.fm, Steam, Yelp, RetailRocket, Netflix, Anime and plain shops.
#include "settings/known_columns.h"

namespace encore {

const std::vector<KnownColumns>& known_columns() {
  static const std::vector<KnownColumns> list = {
      {"user",
       {"userid",    "user",       "uid",      "customerid", "customer", "visitorid",  "visitor", "reviewerid",
        "reviewer",  "memberid",   "member",   "accountid",  "account",  "personid",   "person",  "clientid",
        "client",    "profileid",  "listener", "readerid",   "playerid", "buyerid",    "msno",    "username",
        "sessionid", "session",    "userkey",  "customerno", "household"}},
      {"item",
       {"movieid",  "filmid",  "itemid",    "item",      "productid", "product",   "sku",        "asin",
        "parentasin", "isbn",  "bookid",    "book",      "artistid",  "artist",    "trackid",    "track",
        "songid",   "song",    "albumid",   "gameid",    "game",      "appid",     "animeid",    "articleid",
        "article",  "newsid",  "contentid", "videoid",   "businessid", "recipeid", "restaurantid", "hotelid",
        "courseid", "jobid",   "jokeid",    "stockcode", "itemno",    "productcode", "documentid", "postid",
        "movie",    "film"}},
      {"rating",
       {"rating", "ratings", "stars", "star", "overall", "score", "bookrating", "userrating", "reviewscore", "reviewrating",
        "starrating", "ratingvalue", "ratingscore", "rate", "grade", "preference"}},
      {"count",
       {"plays", "playcount", "playscount", "listens", "listencount", "weight", "count", "counts", "quantity", "qty", "views",
        "clicks", "purchases", "frequency", "hours", "minutes", "duration", "playtime"}},
      {"time",
       {"timestamp", "time", "eventtime", "datetime", "date", "ts", "unixreviewtime", "reviewtime", "reviewdate", "createdat",
        "created", "ratedat", "eventtimestamp", "unixtime", "orderdate", "invoicedate", "purchasedate", "tstamp"}},
      {"title",
       {"title", "movietitle", "booktitle", "itemtitle", "producttitle", "productname", "itemname", "name", "artistname",
        "trackname", "songname", "description"}},
      {"genres", {"genres", "genre", "categories", "category", "tags", "department"}},
      {"year", {"year", "yearofpublication", "releaseyear", "publicationyear", "originalpublicationyear"}},
  };
  return list;
}

std::string plain_column_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z', kept = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (kept) plain += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return plain;
}

}  // namespace encore
