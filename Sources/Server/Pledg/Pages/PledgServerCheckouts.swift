import Click
import Payme
import Payments
import Pix
import Pledg
import Storage
import YooKassa

/// The gateways of this server: links as the merchant API gives them, and payments that are made first.
struct PledgServerCheckouts: PledgCheckouts {
    let payLinks: PayLinks
    let pix: PixSite?
    /// Where Pix's pages are seen from outside; nil: beside the group's.
    let pixPublicURL: String?
    let yookassa: YooKassaSite?
    let store: Store
    let clock: TimeSource

    func name(of gateway: String) -> String? {
        switch gateway {
        case PaymeGateway.name: payLinks.payme?.merchantID == nil ? nil : "Payme"
        case ClickGateway.name: payLinks.click?.merchantID == nil ? nil : "Click"
        case PixGateway.name: pix == nil ? nil : "Pix"
        case YooKassaGateway.name: yookassa == nil ? nil : "YooKassa"
        default: nil
        }
    }

    func begin(_ start: PledgStart, returnURL: String?, _ language: PledgLanguage) async throws -> PledgCheckout {
        switch start.gateway {
        case PixGateway.name: try await charge(start)
        case YooKassaGateway.name: try await pay(start, returnURL, language)
        default: try await link(start, returnURL, language)
        }
    }

    func resume(_ transaction: Transaction) async throws -> PledgCheckout? {
        switch transaction.key.gateway {
        case PixGateway.name:
            try await pix?.gateway.charges.find(transactionID: transaction.id).map { page($0) }
        case YooKassaGateway.name:
            try await follow(transaction)
        default: nil
        }
    }

    func hasten(_ transaction: Transaction) async throws {
        guard transaction.key.gateway == YooKassaGateway.name, let payments = yookassa?.gateway.payments,
            let view = try await payments.find(transactionID: transaction.id),
            view.status == .processing || view.status == .pending
        else { return }
        try await payments.hasten(view.payment.id)
    }

    // MARK: Links

    private func link(_ start: PledgStart, _ returnURL: String?, _ language: PledgLanguage) async throws
        -> PledgCheckout
    {
        let (id, now) = (start.orderID, clock.now)
        let found = try await store.engine.read(.point) { sql -> (Order, OrderStanding)? in
            let session = SQLPaymentSession(sql: sql)
            guard let order = try session.order(id) else { return nil }
            return (order, try session.standing(of: order, at: now))
        }
        guard let (order, standing) = found else { return .refused }
        var options = PayLinkOptions()
        switch language {
        case .ru: options.language = .ru
        case .uz: options.language = .uz
        case .en, .fr, .pt: options.language = .en
        }
        options.returnURL = returnURL
        let checkout = payLinks.checkouts(order, standing, options).first { $0.gateway == start.gateway }
        return checkout?.link.map(PledgCheckout.elsewhere) ?? .refused
    }

    // MARK: Pix

    private func charge(_ start: PledgStart) async throws -> PledgCheckout {
        guard let pix else { return .refused }
        // Nobody pays a code whose time is longer than the group's.
        let left = (start.deadline - clock.now) / 1_000
        let usual = pix.gateway.configuration.expirySeconds
        let wanted = PixChargeRequest(
            amount: start.amount.minor, orderID: start.orderID,
            expirySeconds: usual.map { min($0, left) } ?? (left < 86_400 ? left : nil))
        switch try await pix.gateway.charges.create(wanted) {
        case .success(let view): return view.charge.standing == .rejected ? .refused : page(view)
        case .failure(.order(.orderBusy)): return .underWay
        case .failure: return .refused
        }
    }

    private func page(_ view: PixChargeView) -> PledgCheckout {
        let path = "\(PixRoutes.path)/\(view.charge.id)"
        return pixPublicURL.map { .ours($0 + path) } ?? .here(path)
    }

    // MARK: YooKassa

    private func pay(_ start: PledgStart, _ returnURL: String?, _ language: PledgLanguage) async throws -> PledgCheckout
    {
        guard let yookassa else { return .refused }
        let isRussian = language == .ru || language == .uz
        let wanted = YooKassaPaymentRequest(
            amount: start.amount, orderID: start.orderID,
            description: start.title.map { String($0.prefix(128)) }, returnURL: returnURL,
            locale: isRussian ? "ru_RU" : "en_US", capture: !start.wantsHold,
            // Other methods hold money for hours, or not at all. Source: pledg.md 6
            methodType: start.wantsHold ? "bank_card" : nil)
        switch try await yookassa.gateway.payments.create(wanted) {
        case .success(let view): return Self.confirmation(view)
        case .failure(.order(.orderBusy)), .failure(.busy), .failure(.unresolved): return .underWay
        case .failure(.unanswered): return .later
        case .failure: return .refused
        }
    }

    private func follow(_ transaction: Transaction) async throws -> PledgCheckout? {
        guard let payments = yookassa?.gateway.payments,
            let view = try await payments.find(transactionID: transaction.id)
        else { return nil }
        return Self.confirmation(view)
    }

    private static func confirmation(_ view: YooKassaPaymentView) -> PledgCheckout {
        guard view.status == .pending || view.status == .processing else {
            return view.status == .canceled ? .refused : .later
        }
        return view.payment.confirmationURL.map(PledgCheckout.elsewhere) ?? .later
    }
}
