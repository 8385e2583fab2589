import Crypto
import Foundation
import Mustache
import Payments
import YooKassa

/// The page that a payer comes back to. It names nothing but the amount and how the payment stands.
struct YooKassaPage: Sendable {
    private let texts: PixTexts
    private let library: MustacheLibrary
    private let style: String
    /// Its `Content-Security-Policy`: nothing but its own style sheet, by its hash.
    let policy: String

    /// - Throws: `PixTexts.Flaw`, or a template's error.
    init() throws {
        texts = try PixTexts(PackageResources.yootexts_json)
        let template = String(decoding: PackageResources.yooreturn_mustache, as: UTF8.self)
        library = MustacheLibrary(templates: ["yooreturn": try MustacheTemplate(string: template)])
        style = String(decoding: PackageResources.yooreturn_css, as: UTF8.self)
        let hash = Data(SHA256.hash(data: PackageResources.yooreturn_css)).base64EncodedString()
        policy =
            "default-src 'none'; style-src 'sha256-\(hash)'; img-src data:; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'"
    }

    /// What the payer is told.
    private enum Standing: String {
        case processing, paid, held, refunded, cancelled
        /// Of a card that is saved without a payment.
        case saving, saved, unsaved
    }

    private static func standing(_ view: YooKassaPaymentView) -> Standing {
        switch view.status {
        case .processing, .pending, .review: view.payment.cancelledBy == nil ? .processing : .cancelled
        case .waitingForCapture: .held
        case .succeeded, .partiallyRefunded: .paid
        case .refunded: .refunded
        case .canceled: .cancelled
        }
    }

    /// - Parameter now: milliseconds since 1970.
    func page(_ view: YooKassaPaymentView, now: Int64, _ language: PixLanguage) -> String {
        let standing = Self.standing(view)
        var values: [String: Any] = ["amount": "\(view.transaction.amount)", "standing": standing.rawValue]
        if standing == .processing { values["again"] = Self.pause(now, since: view.payment.createdAt) }
        return render(standing.rawValue, values, language)
    }

    /// The page of a card that is saved without a payment.
    ///
    /// - Parameter now: milliseconds since 1970.
    func page(_ subscription: YooKassaSubscription, now: Int64, _ language: PixLanguage) -> String {
        let standing: Standing =
            subscription.state == .pending ? .saving : subscription.anchorAt == nil ? .unsaved : .saved
        var values: [String: Any] = ["standing": standing.rawValue]
        if standing == .saving { values["again"] = Self.pause(now, since: subscription.createdAt) }
        return render(standing.rawValue, values, language)
    }

    /// Seldom, if nothing came for long: the tab may be open for days. Seconds.
    private static func pause(_ now: Int64, since start: Int64) -> Int64 { min(60, 3 + max(0, now - start) / 60_000) }

    /// What is shown for an id that there is not.
    func lost(_ language: PixLanguage) -> String { render("lost", ["standing": "lost"], language) }

    private func render(_ key: String, _ values: [String: Any], _ language: PixLanguage) -> String {
        var context = values
        context["heading"] = texts.text("heading_\(key)", language)
        context["explanation"] = texts.text("text_\(key)", language)
        context["lang"] = language.rawValue
        context["htmlLang"] = language == .pt ? "pt-BR" : language.rawValue
        context["style"] = style
        context["languagesLabel"] = texts.text("languages", language)
        context["languages"] = PixLanguage.allCases.map { other -> [String: Any] in
            ["code": other.rawValue, "name": other.name, "isCurrent": other == language]
        }
        guard let html = library.render(context, withTemplate: "yooreturn") else {
            preconditionFailure("there is no template named yooreturn")
        }
        return html
    }
}
