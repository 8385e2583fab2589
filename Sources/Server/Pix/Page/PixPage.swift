import Foundation
import Logging
import Mustache
import Payments
import Pix
import QRImages

/// The payer's page. Everything that comes from outside goes through the templates' escaping.
struct PixPage: Sendable {
    private let texts: PixTexts
    private let library: MustacheLibrary
    private let images: QRImageCache

    static let stylesheet = PackageResources.pixpage_css
    static let script = PackageResources.pixpage_js

    /// - Throws: ``PixTexts/Flaw``, or a template's error.
    init(images: QRImageCache, texts: PixTexts? = nil) throws {
        self.images = images
        self.texts = try texts ?? PixTexts()
        var templates: [String: MustacheTemplate] = [:]
        for (name, bytes) in [
            ("pixpage", PackageResources.pixpage_mustache), ("pixcharge", PackageResources.pixcharge_mustache),
            ("pixlost", PackageResources.pixlost_mustache),
        ] {
            templates[name] = try MustacheTemplate(string: String(decoding: bytes, as: UTF8.self))
        }
        library = MustacheLibrary(templates: templates)
    }

    /// The same as long as the page shows the same. Fit for an event's id and a query.
    static func version(_ view: PixChargeView) -> String {
        let offer = view.isUnderpaid ? 2 : view.isOffered && view.charge.code != nil ? 1 : 0
        return "\(view.status.rawValue)-\(offer)-\(view.charge.expiresAt)-\(view.transaction.refundedAmount)"
    }

    /// The whole page.
    ///
    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - backURL: the page of the group that the payer comes from; nil: of none.
    func page(_ view: PixChargeView, now: Int64, _ language: PixLanguage, backURL: String? = nil) async -> String {
        var values = await values(view, now: now, language)
        if let backURL { values["backURL"] = backURL }
        values["languages"] = languages(language)
        return render("pixpage", values, language)
    }

    /// The part that changes.
    ///
    /// - Parameter now: milliseconds since 1970.
    func charge(_ view: PixChargeView, now: Int64, _ language: PixLanguage) async -> String {
        render("pixcharge", await values(view, now: now, language), language)
    }

    /// What is shown for an id that there is not.
    func lost(_ language: PixLanguage) -> String {
        render("pixlost", ["languages": languages(language)], language)
    }

    private func languages(_ current: PixLanguage) -> [[String: Any]] {
        PixLanguage.allCases.map { language in
            ["code": language.rawValue, "name": language.name, "isCurrent": language == current]
        }
    }

    private func values(_ view: PixChargeView, now: Int64, _ language: PixLanguage) async -> [String: Any] {
        let (charge, transaction) = (view.charge, view.transaction)
        let status = view.status
        var values: [String: Any] = [
            "id": charge.id, "status": status.rawValue, "version": Self.version(view), "now": now,
            "expires": charge.expiresAt, "amount": BrazilianText.amount(transaction.amount.minor),
            "heading": texts.text("heading_\(status.rawValue)", language),
            "explanation": texts.text("text_\(status.rawValue)", language),
            "isPending": status == .pending, "isFinal": view.isFinal, "isPaid": status == .paid,
            "isOver": status != .pending && status != .paid, "txid": charge.txid,
        ]
        if let note = charge.payerNote { values["note"] = note }
        if view.isPayable(at: now) {
            values["isPayable"] = true
            values["until"] = BrazilianText.moment(charge.expiresAt, language)
            values["untilMachine"] = PixChargeJSON.utc(charge.expiresAt)
            if let code = charge.code {
                values["code"] = code
                values["qr"] = await svg(code)
            }
        } else if status == .pending {
            // Over, called off, or paid with too little, and the bank has not said its last word.
            values["heading"] = texts.text("heading_checking", language)
            values["explanation"] = texts.text(view.isUnderpaid ? "text_underpaid" : "over", language)
        }
        if status == .paid, transaction.performTime > 0 {
            values["paidAt"] = BrazilianText.moment(transaction.performTime, language)
            values["paidAtMachine"] = PixChargeJSON.utc(transaction.performTime)
        }
        if status == .paid, transaction.refundedAmount > 0 {
            values["partBack"] = texts.text("part_back", language)
                .replacing("{amount}", with: BrazilianText.amount(transaction.refundedAmount))
        }
        return values
    }

    /// Nil if no image can be made: the text can still be copied.
    private func svg(_ code: String) async -> String? {
        guard let image = try? await images.image(of: code, as: .svg) else { return nil }
        return String(decoding: image.bytes, as: UTF8.self)
    }

    private func render(_ name: String, _ values: [String: Any], _ language: PixLanguage) -> String {
        var context = values
        context["t"] = texts.all(language)
        context["lang"] = language.rawValue
        context["htmlLang"] = language == .pt ? "pt-BR" : language.rawValue
        guard let html = library.render(context, withTemplate: name) else {
            preconditionFailure("there is no template named \(name)")
        }
        return html
    }
}

/// Amounts and times as Brazilians write them.
enum BrazilianText {
    /// `R$ 1.234,56`, with a space that does not break.
    ///
    /// - Parameter centavos: 0 or more.
    static func amount(_ centavos: Int64) -> String {
        let digits = String(centavos / 100)
        var whole = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { whole += "." }
            whole.append(digit)
        }
        let rest = centavos % 100
        return "R$\u{A0}\(whole),\(rest < 10 ? "0" : "")\(rest)"
    }

    /// `21/11/2026 08:30` in Brasília, three hours behind UTC all year; in English `2026-11-21 08:30`, for there a month
    /// may stand before its day.
    ///
    /// - Parameter milliseconds: since 1970 UTC.
    static func moment(_ milliseconds: Int64, _ language: PixLanguage) -> String {
        let shifted = PixChargeJSON.utc(milliseconds - 3 * 3_600_000)
        let parts = shifted.split { "-T:Z".contains($0) }
        guard parts.count == 6 else { return shifted }
        let day =
            switch language {
            case .en: "\(parts[0])-\(parts[1])-\(parts[2])"
            case .pt: "\(parts[2])/\(parts[1])/\(parts[0])"
            case .ru, .uz: "\(parts[2]).\(parts[1]).\(parts[0])"
            }
        return "\(day) \(parts[3]):\(parts[4])"
    }
}
