"""Words that precede a colon and are not labels, and words that belong to names.

Subtitles are written in every language; these are the most common words of the larger ones, and the
evidence of the whole file (decision.py) does the rest. All are case-folded.
"""

from __future__ import annotations


def _listed(text: str) -> frozenset[str]:
    return frozenset(" ".join(entry.split()) for entry in text.split(","))


PROSE = _listed(
    """note, notes, nota, nb, n.b., ps, p.s., re, fwd, fw, cc, bcc, subject, betreff, objet, asunto,
    warning, warnings, caution, attention, alert, danger, disclaimer, reminder, remember, important,
    hypothetical, hypothetically, example, examples, e.g., i.e., eg, ie, fact, facts, fun fact, pro
    tip, tip, tips, hint, idea, point, key point, bottom line, conclusion, summary, recap, result,
    results, update, edit, edited, correction, spoiler, spoilers, spoiler alert, trigger warning,
    source, sources, reference, references, link, links, website, web, url, http, https, ftp,
    mailto, email, e-mail, tel, phone, fax, address, date, time, place, location, title, lyrics,
    album, credits, copyright, ingredients, directions, instructions, definition, meaning,
    translation, agenda, topic, topics, goal, goals, objective, objectives, purpose, reason,
    reasons, cause, effect, problem, solution, pros, cons, advantages, disadvantages, today,
    tomorrow, yesterday, tonight, now, later, first, second, third, fourth, fifth, firstly,
    secondly, thirdly, finally, lastly, next, then, also, so, and, but, or, because, however,
    therefore, thus, hence, namely, specifically, basically, actually, again, meanwhile, ok, okay,
    yes, yeah, no, well, right, oh, listen, look, see, wait, think, imagine, consider, guess, long
    story short, in short, in other words, to be clear, for example, for instance, that is,
    breaking, breaking news, news, headline, headlines, rule, rules, law, fyi, btw, aka, ratio,
    score, total, price, cost, monday, tuesday, wednesday, thursday, friday, saturday, sunday,
    january, february, march, july, september, october, november, december, music, applause,
    laughter, laughs, laughing, inaudible, crosstalk, silence, noise, pause, cheering, sighs,
    foreign, blank_audio, sound, sfx, hinweis, achtung, beispiel, zum beispiel, fazit, thema, merke,
    anmerkung, quelle, wichtig, ergebnis, also gut, das heißt, und, aber, remarque, exemple, par
    exemple, résultat, rappel, résumé, astuce, et, mais, donc, alors, c'est-à-dire, ejemplo, por
    ejemplo, atención, advertencia, conclusión, resultado, fuente, es decir, y, pero, esempio, per
    esempio, ad esempio, attenzione, cioè, exemplo, por exemplo, atenção, ou seja, например,
    примечание, внимание, важно, вывод, пример, то есть, 注意, 注, 备注, 備註, 例如, 比如, 例,
    提示, 警告, 说明, 說明,
    总结, 總結, 字幕, 结果, 結果, 原因, 第一, 第二, 第三, 首先, 其次, 最后, 最後, 所以, 但是,
    也就是说, 例えば, つまり, 結論, ポイント, exercise, exercises, homework, task, assignment,
    exercice, exercices, devoir, bref, en bref, en résumé, autrement dit, question suivante, merci,
    übung, aufgabe, hausaufgabe, kurz, kurz gesagt, übrigens, mit anderen worten, ejercicio, tarea,
    en resumen, en otras palabras, recuerden, recuerda, esercizio, compito, in breve, ricordate,
    ricorda, exercício, tarefa, em resumo, resumindo, lembrem-se, lembre-se, oefening, kortom,
    bijvoorbeeld, onthoud, övning, sammanfattning, till exempel, вправа, завдання, отже, тобто,
    наприклад, увага, приклад, примітка, підсумок, пам'ятайте, запам'ятайте, упражнение, задание,
    итак, значит, помните, запомните, итог, следовательно, ćwiczenie, zadanie, uwaga, przykład, na
    przykład, czyli, zatem, więc, wniosek, pamiętajcie, cvičení, příklad, například, tedy, poznámka,
    egzersiz, alıştırma, örnek, örneğin, yani, unutmayın, dikkat, sonuç, not, अभ्यास, उदाहरण, ध्यान
    दें, याद रखें, नोट, यानी, تمرين, مثال, ملاحظة, תרגיל, דוגמה, הערה, לדוגמה, 练习, 練習, 作业,
    重点, 記住, 记住, 换句话说, 问题是, 答案是, 比方说, まとめ, 注意点, 例題, 예, 예를 들어, 참고,
    주의, 연습, 결론"""
)
"""Whole labels that are prose, no matter how often they occur."""

RECURRING = _listed(
    """question, answer, questions, answers, frage, antwort, pregunta, respuesta, domanda, risposta,
    pergunta, resposta, réponse, вопрос, ответ, 问题, 問題, 答案, translator, reviewer, transcriber,
    caption"""
)
"""Whole labels that are speakers in an interview and prose elsewhere."""

CLAUSE = _listed(
    """i, you, he, she, it, we, they, me, us, him, them, my, your, his, its, our, their, this, that,
    these, those, there, here, said, says, say, saying, asked, asks, ask, told, tells, tell, is,
    was, are, were, be, been, am, have, has, had, do, does, did, could, should, would, what, why,
    how, when, where, who, whose, which, if, because, so, but, then, than, not, about, following,
    like, means, mean, called, i'm, it's, that's, there's, he's, she's, we're, they're, you're,
    don't, let's, goes, went, think, thinks, thought, wrote, writes, some, any, every, another,
    each, same, only, just, very, really, one, two, three, first, second, third, last, next, main,
    est, sont, était, dit, disait, c'est, il, elle, je, tu, nous, vous, ils, elles, on, qui, que,
    quoi, ist, sind, war, sagt, sagte, ich, du, er, sie, wir, ihr, das, dass, dice, dijo, digo, es,
    son, era, que, él, ella, yo, è, sono, disse"""
)
"""Words in lower case that make several words a clause."""

STARTERS = _listed(
    """my, your, his, her, our, their, this, that, these, those, it, he, she, we, they, you, i,
    what, why, how, when, where, which, here, there, if, so, but, and, then, or, because, although,
    while, since, after, before, for, as, in, on, at, with, from, by, to, not, however, therefore,
    well, yes, no, yeah, okay, ok, oh, now, also, just, only, another, some, any, every, each,
    one's, let's"""
)
"""Words that begin a clause, not a name, if more words follow."""

PARTICLES = _listed(
    """de, da, di, do, dos, das, du, del, della, dello, des, la, le, lo, van, von, vom, zu, zum,
    zur, der, den, dem, ter, ten, te, el, al, bin, ibn, ben, bint, abu, ap, y, e, i, of, the, and,
    und, et, van't, af, av, og, och"""
)
"""Words that are in lower case within names."""

TITLES = _listed(
    "mr, mrs, ms, mx, dr, prof, st, jr, sr, sgt, capt, cpt, lt, col, gen, gov, sen, "
    "rep, rev, hon, pres, fr, br, m, mme, mlle, me, dra, drs, profa, sra, srta, dott, ing, avv, "
    "sig, mgr, hr, lic, arq, проф, д-р, г, акад"
)
"""Words whose full stop does not end a sentence."""

PRONOUNS = _listed(
    """я, ти, ты, він, вона, воно, ми, ви, вони, он, она, оно, мы, вы, они, і, та, але, и, но, а,
    потім, потом, тоді, тогда, це, это, ja, ty, on, ona, ono, my, wy, oni, one, a, ale, potem,
    wtedy, já, my, vy, potom, ich, du, er, sie, wir, ihr, es, man, dann, und, aber, da, je, tu, il,
    elle, nous, vous, ils, elles, puis, alors, ensuite, yo, él, ella, nosotros, ellos, ellas, usted,
    entonces, luego, io, lui, lei, noi, voi, loro, poi, allora, eu, ele, ela, nós, eles, elas,
    você, então, depois, ik, jij, hij, zij, wij, toen, jag, han, hon, vi, de, då, ben, sen, o, biz,
    siz, onlar, sonra, मैं, मैंने, हम, हमने, तुम, आप, वह, उसने, उन्होंने, फिर, ve"""
)
"""Words that begin a clause if a word in lower case follows: `Я сказала`, but not `Ella Berg`."""

REPORTING = _listed(
    """said, says, asked, asks, replied, replies, answered, shouted, whispered, thought, rief, dit,
    dis, disait, disais, dijo, dije, dijeron, dice, dicen, preguntó, pregunté, respondió,
    respondí, contestó, contesté, pensé, disse, dissi, dicono, chiese, chiesi, rispose, risposi,
    pensai, perguntou, perguntei, respondeu, respondi, falou, falei, pensei, zei, zegt, vroeg,
    antwoordde, sade, säger, frågade, svarade, sagde, spurte, svarte, sanoi, sanoin, kysyi,
    vastasi, mondta, mondtam, kérdezte, spuse, είπε, είπα, ρώτησε, απάντησε, каже, кажу, кажуть,
    कहा, कहते, कहता, कहती, बोला, बोली, बोले, पूछा, dedi, dedim, dediler, казах, каза, казва,
    попита, попитах, отговори, rekao, rekla, rekoh, kaže, pitao, pitala, upitao, upitala, قال,
    قالت, قلت, يقول, سأل, سألت, אמר, אמרה, אמרתי, שאל, שאלה, שאלתי, ענה"""
)
REPORTING_STEMS = tuple(
    _listed(
        """sagt, fragt, antwortet, erwidert, dachte, demanda, répond, répliqua, pensai, válaszolt,
        сказал, сказат, говори, говорю, говорят, говоря, запита, спита, питає, відпов, подума,
        спроси, спрашива, ответи, отвеча, powiedzia, mówi, zapyta, spyta, odpowiedzia, odpar,
        rzekł, pomyśla, řek, říká, zepta, odpově, diyor, sordu, söyledi"""
    )
)
"""`said`, `asked`, `answered` in the larger languages, and how such words begin. A narrator repeats
them: `Я сказала: …`."""

ADDRESSED = frozenset(("vous", "toi", "nous", "moi", "le", "la", "les", "se", "me", "lo", "os"))
"""Endings of imperatives after a hyphen: `Souvenez-vous`, `Lembre-se`."""

VISARGA = (
    r"अत|पुन|प्रात|प्राय|अंत|अन्त|स्वत|क्रमश|शब्दश|अक्षरश|नि|दु"
    r"|.*(?:यत|षत|ंतत|न्तत|भवत|भावत|लत|णत|धानत|थमत|स्तुत|ंशत)"
)
"""Devanagari words whose last sign, the visarga, is typed as a colon: `अत: हमें …` (therefore)."""

SAYING = (
    *("说", "說", "讲", "講", "曰", "と"),
    *("说道", "說道", "喊道", "问道", "問道", "答道", "回答", "问我", "告诉我", "言った"),
)
"""How `he said` ends in scripts without blanks."""

SOUNDS = _listed(
    """music, applause, laughter, laughs, laughing, chuckles, sighs, gasps, coughs, cough, sobs,
    silence, pause, noise, crosstalk, inaudible, unintelligible, foreign, indistinct, cheering,
    cheers, screams, groans, grunts, whispers, whispering, softly, quietly, singing, sings, crying,
    shouting, shouts, beep, bell, door, phone, thunder, wind, both, all, musik, applaus, lachen,
    gelächter, seufzt, lacht, musique, rires, rire, soupir, música, risas, aplausos, suspira, ríe,
    musica, risate, applausi, risos, музыка, смех, аплодисменты, музика, сміх, оплески, muzyka,
    śmiech, oklaski, english, french, german, spanish, hindi, arabic, italian, russian, chinese,
    japanese, korean, dutch, portuguese, latin, hebrew, turkish, greek, off, on, vo, v.o., o.s."""
)
"""Words in brackets before a text that are not names."""

HESITATIONS = _listed(
    """um, uh, er, erm, hm, hmm, mm, mhm, ah, eh, aha, hey, hi, hello, bye, sorry, please, thanks,
    thank you, wow, sir, madam, äh, ähm, euh, eh bien, este, bueno, ну, э"""
)
"""Words that people say before a dash."""

# Patterns as strings, which `re` compiles when a file first has labels: that takes 2 ms.
UNSPACED_SOUND = (
    r".*(?:[音声聲笑泣曲歌]|拍手|鼓掌|掌声|掌聲|音乐|音樂|音楽|咳|歓声|一同|無言|沈黙|ため息|訳|注|译|譯"
    r"|음악|웃음|박수|소리|한숨)"
)
"""Words in brackets that are not names, in scripts without capitals: `笑`, `ベルの音`, `拍手`."""

CREDIT = (
    r"(?:sub-?title|caption|closed caption|transcribed|translated|transcription"
    r"|transcript\b|sync|ripped|encoded"
    r"|untertitel|sous-titr|subtítul|subtitul|sottotitol|legenda|napisy|субтитры|字幕)"
)
"""The makers of subtitles: `Subtitles: @…`, `Captions by the class: …`."""

NUMBERED = (
    r"(?:plan|chapter|part|step|day|night|lesson|lecture|section|unit|episode|rule"
    r"|tip|item|point|figure|fig|table"
    r"|slide|page|question|answer|option|choice|phase|stage|level|act|scene|verse"
    r"|psalm|season|series|week|month"
    r"|year|number|no|version|case|example|exercise|problem|task|topic|theme|module"
    r"|round|track|volume|appendix"
    r"|type|class|category|group|fact|myth|reason|mistake|secret|idea|method|exhibit"
    r"|layer|line|row|column|take"
    r"|kapitel|teil|schritt|frage|regel|chapitre|partie|étape|leçon|règle|capítulo"
    r"|parte|paso|regla|capitolo"
    r"|passo|глава|часть|шаг|урок|упражнение|вопрос|розділ|частина|крок|вправа|питання"
    r"|rozdział|część|krok|zadanie|ćwiczenie|pytanie|kapitola|část|bölüm|adım|soru"
    r"|übung|aufgabe|abschnitt|exercice|ejercicio|esercizio|exercício|deel|hoofdstuk|lektion"
    r"|अध्याय|भाग|प्रश्न)"
    r"[ .#-]*+(?:\d{1,4}(?:\.\d{1,3})*[a-z]?|[a-z]|[ivxl]{1,6}|one|two|three|four|five|six|seven"
    r"|eight|nine|ten|eins|zwei|drei"
    r"|un|une|deux|trois|uno|una|dos|tres|due|tre)"
    r"|第? ?[\d一二三四五六七八九十百]+ ?[节節章课課部条條步回集讲講个個点點題题]"
    r"|\d{1,3}(?:\.\d{1,3})*[.)]?"
)
"""A thing and its number: `Plan B`, `Chapter 1`, `Step two`, `第2节`, `1.2`."""

MACHINE = (
    r"(?:speaker|spk|spkr|sprecher(?:in)?|locuteur|hablante|orador|interlocutor"
    r"|parlante|falante|спикер|说话人"
    r"|說話人|话者|話者)[ _-]*+(?:\d{1,3}|[a-z])"
)
"""How recognizers and typists call people whose names they do not know."""

PHONE = (
    r"\+\d(?:[ ().-]{0,2}\d){6,14}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}"
    r"|\(?0\d{1,4}\)?[ /.-](?:[ /.-]?\d){5,9}"
)
"""`+1 415 555 0100`, `(415) 555-0100`, `030 1234567`: a caller without a name."""

ABSTRACT = r"\w{2,}(?:tion|sion|(?<!cle)(?<!clé)ment|ness|ical|ology|ities|heit|keit)"
"""How names of things end, and few names of people."""
