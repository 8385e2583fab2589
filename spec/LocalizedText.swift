/// One sentence in the three languages a payer may read.
public struct LocalizedText: Hashable, Sendable {
    /// Russian.
    public let ru: String
    /// Uzbek, in the Latin script.
    public let uz: String
    /// English.
    public let en: String

    /// A sentence that a payer may read: nothing internal in it.
    public init(ru: String, uz: String, en: String) {
        self.ru = ru
        self.uz = uz
        self.en = en
    }
}

extension LocalizedText {
    /// Reads `{ru: …, uz: …, en: …}`.
    init(_ node: SpecNode, what: String) throws(SpecificationError) {
        var fields = try node.fields(what)
        self.init(
            ru: try fields.requiredString("ru"), uz: try fields.requiredString("uz"),
            en: try fields.requiredString("en"))
        try fields.finish()
    }
}
