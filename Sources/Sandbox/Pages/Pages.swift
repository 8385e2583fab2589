import Mustache
import Specification
import StrictJSON

/// Puts what is known into HTML. Everything that comes from outside goes through the templates' escaping.
struct Pages: Sendable {
    let texts: Texts
    let specification: TransactionSpecification
    private let library: MustacheLibrary

    init(texts: Texts, specification: TransactionSpecification) throws {
        self.texts = texts
        self.specification = specification
        let sources: [(String, [UInt8])] = [
            ("layout", PackageResources.layout_mustache), ("page", PackageResources.page_mustache),
            ("orders", PackageResources.orders_mustache), ("receipts", PackageResources.receipts_mustache),
            ("entry", PackageResources.entry_mustache), ("suite", PackageResources.suite_mustache),
            ("click", PackageResources.click_mustache), ("clickpay", PackageResources.clickpay_mustache),
            ("pix", PackageResources.pix_mustache), ("clickoutcome", PackageResources.clickoutcome_mustache),
            ("yookassa", PackageResources.yookassa_mustache), ("telegram", PackageResources.telegram_mustache),
            ("groups", PackageResources.groups_mustache), ("mailbox", PackageResources.mailbox_mustache),
            ("checkout", PackageResources.checkout_mustache), ("outcome", PackageResources.outcome_mustache),
        ]
        var templates: [String: MustacheTemplate] = [:]
        for (name, bytes) in sources {
            templates[name] = try MustacheTemplate(string: String(decoding: bytes, as: UTF8.self))
        }
        library = MustacheLibrary(templates: templates)
    }

    static let stylesheet = PackageResources.sandbox_css
    static let script = PackageResources.sandbox_js

    func render(_ name: String, _ values: [String: Any], _ language: Language) -> String {
        var context = values
        context["t"] = texts.all(language)
        context["lang"] = language.rawValue
        context["hasLanguages"] = (values["languages"] as? [Any])?.isEmpty == false
        guard let html = library.render(context, withTemplate: name) else {
            preconditionFailure("there is no template named \(name)")
        }
        return html
    }

    func entry(_ entry: TimelineEntry, _ language: Language) -> String {
        render("entry", entryValues(entry, language), language)
    }

    func suite(_ progress: SuiteProgress, _ language: Language) -> String {
        render("suite", suiteValues(progress, language), language)
    }

    /// Links to the same page in every language.
    /// - Parameter path: empty: whatever path the page has.
    func languages(_ current: Language, path: String) -> [[String: Any]] {
        Language.allCases.map { language in
            [
                "code": language.rawValue, "name": language.name, "isCurrent": language == current,
                "href": path + (path.contains("?") ? "&" : "?") + "lang=" + language.rawValue,
            ]
        }
    }

    func text(_ key: String, _ language: Language) -> String { texts.text(key, language) }
}
