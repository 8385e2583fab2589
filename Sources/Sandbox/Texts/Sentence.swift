import Specification

/// A sentence that is put into words when it is shown, in the language of whoever looks.
public struct Sentence: Sendable, Hashable {
    let key: String
    /// What stands for `{name}`.
    let values: [String: LocalizedText]
    /// The key of a second sentence that says why, if there is one.
    let also: String?

    init(_ key: String, _ values: [String: LocalizedText] = [:], also: String? = nil) {
        self.key = key
        self.values = values
        self.also = also
    }
}

extension LocalizedText {
    /// The same in every language: a number, an id.
    init(same text: String) { self.init(ru: text, uz: text, en: text) }

    init(_ amount: Amount) {
        self.init(ru: amount.text(.ru), uz: amount.text(.uz), en: amount.text(.en))
    }
}
