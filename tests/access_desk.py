"""The pages of the teacher’s desk, which is the admin, in the access matrix; access_matrix.py says how to read it."""

# Of those who are not on the staff the admin knows nothing but that, so Ada stands for all of them.
DESK = """
                                                                      visitor    ada  tea vi  otto sue
index                                            -               both door/login door 200 200 200  200
login                                            -               GET  login      403  302 302 302  302
login                                            -               POST login      403  200 200 200  200
logout                                           -               GET  302        302  200 200 200  200
logout                                           -               POST 302        302  302 302 302  302
password_change                                  -               both door/login door 200 200 200  200
password_change_done                             -               GET  door/login door 200 200 200  200
autocomplete                                     -               GET  door/login door 403 403 403  403
jsi18n                                           -               GET  door/login door 200 200 200  200
view_on_site                                     no,no           both door/login door 404 404 404  404
app_list                                         app             both door/login door 200 200 200  200

accounts_auditevent_changelist                   -               both login      door 403 403 403  200
accounts_auditevent_add                          -               both login      door 403 403 403  403
accounts_auditevent_change                       event           GET  login      door 403 403 403  200
accounts_auditevent_change                       event           POST login      door 403 403 403  403
accounts_auditevent_history                      event           both login      door 403 403 403  200
accounts_auditevent_delete                       event           both login      door 403 403 403  403
accounts_user_{changelist,add,invite_teacher}    -               both login      door 403 403 403  200
accounts_user_history                            ada             both login      door 403 403 403  200
accounts_user_change                             ada             GET  login      door 403 403 403  200
accounts_user_change                             ada             POST login      door 403 403 403  302
accounts_user_delete                             ada             both login      door 403 403 403  403
accounts_user_export                             ada             POST login      door 403 403 403  200
auth_user_password_change                        ada             GET  login      door 403 403 403  200
auth_user_password_change                        ada             POST login      door 403 403 403  302

accounts_schoolclass_{changelist,add}            -               both login      door 200 200 200  200
accounts_schoolclass_change                      class           GET  login      door 200 200 none 200
accounts_schoolclass_change                      class           POST login      door 302 403 none 302
accounts_schoolclass_history                     class           both login      door 200 200 404  200
accounts_schoolclass_simple_history              class,class-was both login      door 200 200 404  200
accounts_schoolclass_delete                      class           GET  login      door 403 403 403  200
accounts_schoolclass_delete                      class           POST login      door 403 403 403  302

cards_card_changelist                            -               GET  login      door 200 200 200  200
cards_card_changelist                            -               POST login      door 302 302 302  302
cards_card_add                                   -               both login      door 200 200 200  200
cards_card_live_preview                          -               POST login      door 200 200 200  200
cards_card_preview                               card            both login      door 200 200 404  200
cards_card_change                                card            GET  login      door 200 200 none 200
cards_card_change                                card            POST login      door 302 403 none 302
cards_card_history                               card            both login      door 200 200 404  200
cards_card_simple_history                        card,card-was   GET  login      door 200 404 404  200
cards_card_simple_history                        card,card-was   POST login      door 405 404 404  405
cards_card_delete                                card            both login      door 403 403 none 403
cards_card_delete                                fresh           GET  login      door 200 403 none 200
cards_card_delete                                fresh           POST login      door 302 403 none 302

cards_deck_changelist                            -               GET  login      door 200 200 200  200
cards_deck_changelist                            -               POST login      door 302 302 302  302
cards_deck_add                                   -               both login      door 200 200 200  200
cards_deck_change                                deck            GET  login      door 200 200 none 200
cards_deck_change                                deck            POST login      door 302 403 none 302
cards_deck_history                               deck            both login      door 200 200 404  200
cards_deck_simple_history                        deck,deck-was   GET  login      door 200 200 404  200
cards_deck_simple_history                        deck,deck-was   POST login      door 405 405 404  405
cards_deck_delete                                deck            both login      door 403 403 403  200
cards_deck_order                                 deck            GET  login      door 200 403 404  200
cards_deck_order                                 deck            POST login      door 302 403 404  302
cards_deck_copy                                  deck            GET  login      door 200 200 404  200
cards_deck_copy                                  deck            POST login      door 302 302 404  302
cards_deck_export                                deck            GET  login      door 200 200 404  200
cards_deck_export_{csv,tsv,apkg}                 deck            POST login      door 200 200 404  200
cards_deck_print_{fold,list,blank}               deck            GET  login      door 200 200 404  200
cards_deck_import_cards                          deck            GET  login      door 200 403 404  200
cards_deck_import_cards                          deck            POST login      door 302 403 404  302
cards_deck_import_{look,left}                    deck,batch      GET  login      door 200 403 404  404
cards_deck_import_undo                           deck,batch      GET  login      door 302 403 404  404
cards_deck_import_{rows,reading,motives}         deck,batch      POST login      door 302 403 404  404
cards_deck_import_{finish,undo,discard}          deck,batch      POST login      door 302 403 404  404

cards_{motive,misconception}_changelist          -               both login      door 200 200 200  200
cards_{motive,misconception}_add                 -               both login      door 403 403 403  200
cards_motive_change                              motive          GET  login      door 200 200 200  200
cards_motive_change                              motive          POST login      door 403 403 403  302
cards_motive_history                             motive          both login      door 200 200 200  200
cards_motive_delete                              motive          both login      door 403 403 403  200
cards_misconception_change                       misconception   GET  login      door 200 200 200  200
cards_misconception_change                       misconception   POST login      door 403 403 403  302
cards_misconception_history                      misconception   both login      door 200 200 200  200
cards_misconception_delete                       misconception   GET  login      door 403 403 403  200
cards_misconception_delete                       misconception   POST login      door 403 403 403  302
cards_flag_changelist                            -               both login      door 200 200 200  200
cards_flag_{add}                                 -               both login      door 403 403 403  403
cards_flag_change                                flag            GET  login      door 200 200 none 200
cards_flag_change                                flag            POST login      door 302 403 none 302
cards_flag_history                               flag            both login      door 200 200 none 200
cards_flag_delete                                flag            GET  login      door 403 403 403  200
cards_flag_delete                                flag            POST login      door 403 403 403  302
cards_{cardstate,reviewlog,misbelief}_changelist -               both login      door 403 403 403  200
cards_{cardstate,reviewlog,misbelief}_add        -               both login      door 403 403 403  403
cards_cardstate_history                          state           both login      door 403 403 403  200
cards_cardstate_change                           state           GET  login      door 403 403 403  200
cards_cardstate_change                           state           POST login      door 403 403 403  403
cards_cardstate_delete                           state           both login      door 403 403 403  403
cards_reviewlog_history                          log             both login      door 403 403 403  200
cards_reviewlog_change                           log             GET  login      door 403 403 403  200
cards_reviewlog_change                           log             POST login      door 403 403 403  403
cards_reviewlog_delete                           log             both login      door 403 403 403  403
cards_misbelief_history                          misbelief       both login      door 403 403 403  200
cards_misbelief_change                           misbelief       GET  login      door 403 403 403  200
cards_misbelief_change                           misbelief       POST login      door 403 403 403  403
cards_misbelief_delete                           misbelief       both login      door 403 403 403  403
"""
