/// A language of a group's pages and e-mails.
enum PledgLanguage: String, Sendable, CaseIterable {
    case fr, en, pt, ru, uz

    /// In itself.
    var name: String {
        switch self {
        case .fr: "Français"
        case .en: "English"
        case .pt: "Português"
        case .ru: "Русский"
        case .uz: "Oʻzbekcha"
        }
    }

    /// Of a BCP 47 tag: `pt-BR`, `uz_Latn`; nil: none of ours.
    init?(tag: String) {
        self.init(rawValue: tag.prefix { $0 != "-" && $0 != "_" }.lowercased())
    }

    /// What was asked for by `?lang=`, else the best of `Accept-Language`; nil: none of ours.
    static func wish(query: String?, acceptLanguage: String?) -> PledgLanguage? {
        if let known = query.flatMap(PledgLanguage.init(rawValue:)) { return known }
        // The first of those that are wished for most.
        var best: (language: PledgLanguage?, weight: Int) = (nil, 0)
        for item in AcceptedItem.all(acceptLanguage ?? "") where item.weight > best.weight {
            if let language = PledgLanguage(tag: item.name) { best = (language, item.weight) }
        }
        return best.language
    }
}
