// The C interface of Encore's core: what Python loads, on one machine and in the executors of a cluster. Plain C, no
// exceptions, no global state; one handle may be used by one thread at a time. Two libraries have it: libencore.so,
// which needs nothing but the C++ runtime (training, exchange, scoring), and libencore_full.so, which holds DuckDB's
// part too (folders, preparation, whole commands).
//
// A function that can fail returns ENCORE_OK or one of the codes below; encore_last_error() then has the sentence.
// Texts and buffers handed out through pointers are freed with encore_free(). JSON texts are UTF-8.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Goes up when a function changes or goes away; the loader refuses another number. */
#define ENCORE_API_VERSION 5
#define ENCORE_EXPORT __attribute__((visibility("default")))

enum {
  ENCORE_OK = 0,
  ENCORE_FAILED = 1,     /* our own bug, or the machine's refusal (disk, memory) */
  ENCORE_USER_ERROR = 2, /* what the caller can change; the sentence says what */
  ENCORE_PEER_LOST = 3,  /* another process of this world died, stopped answering, or failed */
  ENCORE_INTERRUPTED = 130
};

ENCORE_EXPORT int encore_api_version(void);
ENCORE_EXPORT const char* encore_program_version(void);
/* CRC-32C of `size` bytes: the sum of a line of a log of events. */
ENCORE_EXPORT uint32_t encore_crc32c(const uint8_t* bytes, int64_t size);
/* Of the calling thread's last failed call; valid until its next failed call. */
ENCORE_EXPORT const char* encore_last_error(void);
ENCORE_EXPORT void encore_free(void* memory);

/* ---- Arrow's C data interface (https://arrow.apache.org/docs/format/CDataInterface.html) ---- */
struct ArrowSchema;
struct ArrowArray;

/* ---- Planning, on the driver ---- */

/* The whole plan of a training (docs/json.md) from options named as on the command line without dashes
 * ({"model": "mult-dae", "batch-size": 500, …}); what is absent is the model's own default. */
ENCORE_EXPORT int encore_plan_training(const char* options_json, int64_t training_users, int64_t validation_users,
                                        char** plan_json);
/* The plan for going on from a checkpoint whose plan is `before`. */
ENCORE_EXPORT int encore_plan_resumed(const char* options_json, const char* before_json, char** plan_json);
/* The kernel path that the plan takes on this processor; processes on different ones would not have the same bits. */
ENCORE_EXPORT int encore_plan_kernel_path(const char* plan_json, char** path);
/* SQL condition over a column `rating` (stars) that says whether a rating is an input of the plan's model. */
ENCORE_EXPORT int encore_input_condition(const char* plan_json, const char* head_json, char** sql);
/* Parallel mode `items`: process p owns items [first_item[p], first_item[p + 1]). training_ratings [items],
 * first_item [processes + 1]. */
ENCORE_EXPORT int encore_cut_items(const char* plan_json, const int64_t* training_ratings, int64_t items,
                                   int64_t training_users, int processes, int64_t* first_item);
/* Parallel modes over users: which rank trains each of the `count` training users with an input (ascending numbers). */
ENCORE_EXPORT int encore_deal_users(const char* plan_json, const int32_t* users, int64_t count, int32_t* rank);

/* ---- Rows: the ratings that one process holds ---- */
typedef struct encore_rows encore_rows;

/* head: {"items": M, "users": U, "scale": {"minimum", "maximum", "liked", "implicit"}, "seed", "fingerprint"} of the
 * whole dataset. folds [U]: 0 train, 1 validation, 2 test. training_ratings [M]. Both are copied. */
ENCORE_EXPORT int encore_rows_new(const char* head_json, const uint8_t* folds, const int64_t* training_ratings,
                                  encore_rows** rows);
/* A record batch (struct array) with the columns user int32, item int32, rating float32 or float64, part int8 (0 none,
 * 1 given, 2 target, 3 hidden, 4 no rating but a film seen without one; may be absent), in any order. All is copied; the
 * array stays the caller's. On an error, which names row and column, nothing of the batch was taken. */
ENCORE_EXPORT int encore_rows_push(encore_rows*, const struct ArrowSchema*, const struct ArrowArray*);
/* No more batches: sorts by user and item. A pair that came twice is an error. */
ENCORE_EXPORT int encore_rows_finish(encore_rows*);
ENCORE_EXPORT int64_t encore_rows_count(const encore_rows*);
ENCORE_EXPORT void encore_rows_free(encore_rows*);

/* ---- Lines: a text table, taken apart by the rules of the command line ---- */
typedef struct encore_lines encore_lines;

/* What kind of table begins with these bytes, of a file that is unpacked: the rules of src/table_text/beginning.h. asked: {"quoted",
 * "films", "encoding": its name, or "auto"}; whole: there are no more. json: {"problem": why it is no table, "layout", "columns", "shapes"
 * (JSON: "value", "list" or "object"), "last_unnamed", "encoding", "format": what encore_lines_new needs but "header" and "take"}. */
ENCORE_EXPORT int encore_lines_look(const uint8_t* bytes, int64_t size, int whole, const char* asked_json, char** json);
/* format: {"delimiter", "quoted", "columns": fields of a row, "last_may_lack", "headings", "last_takes_rest", "keys" (JSON), "header",
 * "take": [columns wanted], "encoding"}. first_line: the number of the line with which the bytes begin; 1: the file's
 * beginning, where a byte order mark is passed over. */
ENCORE_EXPORT int encore_lines_new(const char* format_json, int64_t first_line, encore_lines** lines);
/* The next bytes; last: no more follow. rows: how many rows, and lines that are none, are known now. */
ENCORE_EXPORT int encore_lines_push(encore_lines*, const uint8_t* bytes, int64_t size, int last, int64_t* rows);
/* Of the rows of the latest push: the column-th of "take" as Arrow's utf8 (offsets [rows + 1], bytes, validity bits); the
 * one behind them: why a line is no row, and the line, else null. Valid until the next push. */
ENCORE_EXPORT int encore_lines_column(const encore_lines*, int column, const int32_t** offsets, const uint8_t** data,
                                      const uint8_t** valid);
/* The line on which each of them begins [rows]. */
ENCORE_EXPORT const int64_t* encore_lines_numbers(const encore_lines*);
ENCORE_EXPORT void encore_lines_free(encore_lines*);
/* Lines of nothing but numbers in their simplest form, of a file of ratings: as src/table_text/number_line.h has them, times in
 * seconds. roles: a letter for each field: u user, i item, r rating, t time. columns: for each of them a place for `capacity` rows,
 * int64, of ratings double; size / (2 * fields) rows are always enough. items: a bit for each of the first item_count items (the
 * lowest of a byte first), 1 where its rows are wanted, of no others; NULL: all rows are. rows: how many there are; others: lines
 * that are something else; taken: bytes up to behind the last line end. */
ENCORE_EXPORT int encore_number_lines(const char* roles, char delimiter, const uint8_t* bytes, int64_t size, int64_t capacity,
                                      const uint8_t* items, int64_t item_count, void* const* columns, int64_t* rows,
                                      int64_t* others, int64_t* taken);

/* ---- The world: processes that train together ---- */
typedef struct encore_listener encore_listener;
typedef struct encore_world encore_world;

/* Listens on `host`, at the first free port of [first_port, last_port] (0, 0: any). */
ENCORE_EXPORT int encore_listener_new(const char* host, int first_port, int last_port, encore_listener** listener);
/* "host:port" */
ENCORE_EXPORT int encore_listener_address(const encore_listener*, char** address);
ENCORE_EXPORT void encore_listener_free(encore_listener*);
/* settings: {"process": p, "processes": N, "local_ranks": T, "addresses": ["host:port", …], "secret": hex, "identity":
 * {name: text, …}, "timeout_seconds": s}. Returns when all processes are connected and have proved the secret. Takes
 * the listener's place; free both. */
ENCORE_EXPORT int encore_world_connect(encore_listener*, const char* settings_json, encore_world** world);
ENCORE_EXPORT void encore_world_free(encore_world*);

/* ---- Training ---- */
typedef struct encore_training encore_training;

/* Keeps the rows and the world in use until it is freed. world may be NULL: this process is alone, with plan.shards
 * ranks. */
ENCORE_EXPORT int encore_training_new(const char* plan_json, const encore_rows*, encore_world*,
                                      encore_training** training);
/* Goes on from what encore_training_save wrote: the files of all processes, of a world of any size (parallel mode
 * items) or of the same size (the others). Every process calls it, or none. */
ENCORE_EXPORT int encore_training_load(encore_training*, const char* const* files, int count);
/* Trains one epoch; all processes together. record: {"epoch", "train_loss", "validation_loss", "validation_ndcg@100",
 * "seconds", "steps", "best_epoch", "done", "workers": [{"process", "losses", "steps", "seconds",
 * "compute_seconds", "exchange_seconds", "waiting_seconds", "bytes_sent"}]}, the same on every process; "losses" of the
 * ranks of that process, each over its own users where ranks train replicas. When "done" is true, no epoch is left or
 * patience is at its end. */
ENCORE_EXPORT int encore_training_epoch(encore_training*, char** record_json);
/* 1 when no epoch is left or patience is at its end (after encore_training_load, perhaps from the start). */
ENCORE_EXPORT int encore_training_finished(const encore_training*);
/* Users seen in the running epoch; may be called from another thread. */
ENCORE_EXPORT double encore_training_progress(const encore_training*);
/* This process's part of the state, between epochs, written aside and renamed. */
ENCORE_EXPORT int encore_training_save(const encore_training*, const char* file);
/* This process's part of the model: of the epoch that validation users find best, or without any the last one. */
ENCORE_EXPORT int encore_training_save_model(const encore_training*, const char* file);
ENCORE_EXPORT void encore_training_free(encore_training*);

/* ---- Models ---- */
typedef struct encore_model encore_model;

/* libencore_full: a model folder from the parts of all processes and the catalogue (an items.parquet). */
ENCORE_EXPORT int encore_model_assemble(const char* const* part_files, int count, const char* items_parquet,
                                        const char* folder);
/* Opens config.json and weights.safetensors of a model folder; the catalogue is not needed. */
ENCORE_EXPORT int encore_model_open(const char* folder, encore_model** model);
/* {"model", "items", "scale", "predicts_ratings", "dataset_fingerprint", …} */
ENCORE_EXPORT int encore_model_describe(const encore_model*, char** json);
ENCORE_EXPORT void encore_model_free(encore_model*);

/* Users as sparse rows: row r is [start[r], start[r + 1]) of item and stars; items ascending within a row. */
struct encore_users {
  int64_t rows;
  const int64_t* start;
  const int32_t* item;
  const float* stars;
};

/* The k best items of each row into item and score [rows × k], best first, count[r] of them (the rest is −1 and NaN),
 * with the scores of `encore recommend`. training_ratings [M]: by how many training users each item was rated; only
 * items with one may be an answer, so whoever filters sets the others to 0. A row's own items are left out unless
 * include_seen; so are its items in `seen`, as many rows, NULL for none: an input of channels alone. Stars of `seen` may be NULL;
 * 0: seen; above 0: dismissed, too, and no answer in either case; below 0: only dismissed, no input. A row of
 * which the model hears nothing (no rating, or none that its input looks at) gets the items with the most training
 * ratings, with these counts as scores. */
ENCORE_EXPORT int encore_model_top(const encore_model*, const struct encore_users*, const struct encore_users* seen,
                                   const int64_t* training_ratings, int64_t k, int include_seen, int threads,
                                   int32_t* item, float* score, int32_t* count);
/* The same with a share of the places, 0 to 1, for items with few ratings, drawn by the seed, as `encore recommend --explore` has them.
 * Which ratings are few is told by training_ratings, of all items; only those whose candidate [M] is not 0 may be answers, NULL: all. */
ENCORE_EXPORT int encore_model_explore(const encore_model*, const struct encore_users*, const struct encore_users* seen,
                                       const int64_t* training_ratings,
                                       const uint8_t* candidate, int64_t k, int include_seen, double share, int64_t seed, int threads,
                                       int32_t* item, float* score, int32_t* count);
/* The model's score of `pairs` single cells (row, item): stars where the model predicts ratings, the probability after
 * a softmax, otherwise the output. */
ENCORE_EXPORT int encore_model_scores(const encore_model*, const struct encore_users*, const int64_t* pair_row,
                                      const int32_t* pair_item, int64_t pairs, int threads, float* score);
/* ---- Judging ---- */

/* By which rules users are ranked, as `encore evaluate` says them. rules_json: {"metrics": "ndcg@10,hit@10" (absent: the usual),
 * "hide_rated": false, "give": "liked", "negatives": 0, "seed": the dataset's, "slices": ["popularity", "history", or the name of
 * a condition on the films], and, where a metric asks for them, "training_users": how many, "genres": [M texts]}. training_ratings [M] as
 * above; liked_ratings [M]: by how many training users each item was liked, for the ranking by popularity. candidate [M]: which items are
 * ranked; NULL: those with a training rating. slice_items [conditions × M]: which items fulfil each condition, in the order of the
 * slices; NULL: there is none. */
typedef struct encore_rules encore_rules;
ENCORE_EXPORT int encore_rules_new(const encore_model*, const char* rules_json, const int64_t* training_ratings,
                                   const int64_t* liked_ratings, const uint8_t* candidate, const uint8_t* slice_items,
                                   encore_rules** rules);
/* {"metrics": [{"key", "of_users": whether each user adds to it, "root": whether the figure is the root of the mean}], "slices": [names],
 * "exposures": how many numbers the array of that name has} */
ENCORE_EXPORT int encore_rules_describe(const encore_rules*, char** json);
ENCORE_EXPORT void encore_rules_free(encore_rules*);

/* Sums over the rows, all users of one fold, for `encore evaluate`'s figures, added to sums_json's sums (points to
 * NULL: none yet; the text is replaced). The object is flat, so the sums of several machines are added key by key. number [rows]: the
 * users' numbers in the dataset, by which negatives are drawn; NULL: 0, 1, 2, …. part [cells]: 0 none, 1 given, 2 target, 3 hidden,
 * 4 seen without a rating; NULL: nobody is ranked. item_means [M]: mean of rating ÷ scale maximum over all training users, unrated
 * ones counted as 0; NULL: no reconstruction. exposures (see encore_rules_describe), added to: how often each item stood in the
 * lists of metrics that look at all of them. What each user added to each metric, where it is wanted (else NULL): shares [2 rankings:
 * the model's, popularity's][rows][metrics][2: sum and weight], and given and targets [rows], how many ratings went in and were to be
 * found; rows without targets stay as they are. */
ENCORE_EXPORT int encore_model_judge(const encore_model*, const encore_rules*, const struct encore_users*, const int32_t* number,
                                     const int8_t* part, const double* item_means, int threads, char** sums_json,
                                     int64_t* exposures, double* shares, int32_t* given, int32_t* targets);
/* From the sums of all parts to {"errors": …, "ranking": …, "popularity": …, "slices": … where there are any} of one
 * fold, each with the keys of `encore evaluate --json`, or null where nobody was judged. */
ENCORE_EXPORT int encore_model_figures(const encore_model*, const encore_rules*, const char* sums_json, const int64_t* exposures,
                                       char** figures_json);
/* Models beside the first one, as `encore compare` has them. asked_json: {"names": [as sentences call the models], "metrics", "seed"};
 * shares [models][users][metrics][2] as above. The answer is its `comparisons`. */
ENCORE_EXPORT int encore_compare(const char* asked_json, const double* shares, int64_t users, char** comparisons_json);

/* ---- Calls that can be stopped (libencore_full) ---- */

/* Signals are the caller's: the core takes no SIGINT. A wish to stop is made from any thread, and the call that was given the
 * same `stop` (NULL: none) puts aside what is unfinished and returns ENCORE_INTERRUPTED; a wish once made stays. */
typedef struct encore_stop encore_stop;
ENCORE_EXPORT int encore_stop_new(encore_stop** stop);
ENCORE_EXPORT void encore_stop_request(encore_stop* stop);
ENCORE_EXPORT void encore_stop_free(encore_stop*);

/* ---- Questions to a model folder that stays open (libencore_full) ---- */
typedef struct encore_answers encore_answers;

ENCORE_EXPORT int encore_answers_open(const char* model_folder, encore_answers** answers);
/* Options of `encore recommend` and `encore similar` as in encore_plan_training ({"rate": ["Alien=5"], "count": 10},
 * {"title": "Alien"}); json, message and stop as in encore_command. */
ENCORE_EXPORT int encore_answers_recommend(const encore_answers*, const char* options_json,
                                           void (*message)(const char* line, void* context), void* context,
                                           const encore_stop* stop, char** json);
ENCORE_EXPORT int encore_answers_similar(const encore_answers*, const char* options_json,
                                         void (*message)(const char* line, void* context), void* context,
                                         const encore_stop* stop, char** json);
ENCORE_EXPORT void encore_answers_free(encore_answers*);
/* {"numeric_ids", "movieId": […], "title": […], "year": […]} of the model's items, by their numbers. */
ENCORE_EXPORT int encore_answers_catalogue(const encore_answers*, char** json);
/* From ["id:318", "Alien", …] to {"items": the numbers of the model's items, -1 for ids that it does not know, "notes": what
 * there is to say of films that do not count}; a title that fits none or several is an error. */
ENCORE_EXPORT int encore_answers_films(const encore_answers*, const char* films_json, char** json);
/* {"users": how many, "numeric_ids", "ids": those of [first, first + count)} of the options' dataset; with neither first nor count
 * also "notes": what there is to say of its films that do not count. */
ENCORE_EXPORT int encore_answers_people(const encore_answers*, const char* options_json, int64_t first, int64_t count,
                                        char** json);
/* The options' `count` best items (k) for each of many people: users of the options' dataset by their ids (a JSON array of
 * texts), or rows of the model's own items. item and score [people × k], best first, count[p] of them (the rest is -1 and
 * NaN); popular[p]: 1 where the model hears nothing and `score` counts training ratings. */
ENCORE_EXPORT int encore_answers_top(const encore_answers*, const char* options_json, const char* user_ids_json,
                                     const struct encore_users* users, const encore_stop* stop, int32_t* item,
                                     float* score, int32_t* count, int8_t* popular);

/* ---- Whole commands, as `encore …` runs them (libencore_full) ---- */

/* argv without the program's name. What `--json` prints comes back in json; log lines and progress go to `message` (may
 * be NULL), which must not raise. Returns ENCORE_USER_ERROR where the program would exit with 2. SIGTERM and SIGHUP whose
 * action is the default end the process once the command has put aside what is unfinished. */
ENCORE_EXPORT int encore_command(int argc, const char* const* argv, void (*message)(const char* line, void* context),
                                 void* context, const encore_stop* stop, char** json);
/* `encore tune` whose trials, and the training of the winner, somebody else runs: options_json as in encore_plan_training, workers
 * among them; caller_json {"dataset": what people call the folder, "train": the words before it in the command line that makes the
 * winner again}. `ask` is called in this thread with one of
 *   {"do": "start", "work": NAME, "request": FILE, "answer": FILE, "errors": FILE}  begin it and return at once: what
 *       `encore tune DATASET --trial FILE -o FILE` does; its checkpoint lies beside the answer. A sentence goes to "errors" when it fails
 *   {"do": "start", "work": "winner", "options": {…}, "folder": FOLDER}             train, and put the model there
 *   {"do": "look", "work": NAME}   answered with 0: it runs, 1: it has ended
 *   {"do": "stop" or "kill", "work": NAME}   it shall end: soon and with a checkpoint, or at once
 * and answers with a number below 0 when it failed itself: ENCORE_FAILED then. message, stop and json as above. */
ENCORE_EXPORT int encore_tune(const char* options_json, const char* caller_json, int (*ask)(const char* what_json, void* context),
                              void (*message)(const char* line, void* context), void* context, const encore_stop* stop,
                              char** json);
/* All commands' options: names, types, ranges, defaults, sentences (`encore options --json`). */
ENCORE_EXPORT int encore_options(char** json);

#ifdef __cplusplus
}
#endif
