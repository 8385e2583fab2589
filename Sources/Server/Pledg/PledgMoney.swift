import Click
import Payme
import Payments
import Pix
import Pledg
import YooKassa

/// The gateways of this server, as a group's payments go through them.
///
/// Source: pledg.md 6, 8.3
struct PledgMoney: ShareMoney {
    let service: TransactionService
    let payme: PaymeConfiguration?
    let click: ClickGateway?
    let pix: PixGateway?
    let yookassa: YooKassaGateway?
    /// What the shop at YooKassa is paid in. Source: yookassa.md 5.
    let yookassaCurrency: Currency
    /// The cancel reason of what nobody waits for.
    let cancelReason: Int64?

    /// On whose word.
    static let actor = PledgGateway.name
    /// How long a card's money is held. Source: yookassa.md 9.
    private static let holdMilliseconds: Int64 = 7 * 86_400_000
    /// How long a payer may take to confirm. Source: yookassa.md 6.
    private static let confirmationMilliseconds: Int64 = 3_600_000
    /// How long a transaction of Payme's lives. Source: payme.md 3.11.
    private static let paymeMilliseconds: Int64 = 43_200_000

    /// Payers get there by a link: a gateway that makes none is left out.
    func gateways(for currency: Currency) -> [ShareGateway] {
        var found: [ShareGateway] = []
        if payme?.merchantID != nil, currency == .uzs {
            found.append(
                ShareGateway(
                    name: PaymeGateway.name, returns: .nothing, attemptMilliseconds: Self.paymeMilliseconds))
        }
        if let click, click.configuration.merchantID != nil, currency == .uzs {
            found.append(
                ShareGateway(name: ClickGateway.name, returns: click.reversals == nil ? .nothing : .wholePayments))
        }
        if let pix, currency == .brl {
            let isAtBank = pix.configuration.provider != .static
            found.append(
                ShareGateway(
                    name: PixGateway.name, returns: isAtBank ? .parts : .nothing,
                    attemptMilliseconds: pix.configuration.expirySeconds.map { $0 * 1_000 }))
        }
        if yookassa != nil, currency == yookassaCurrency {
            found.append(
                ShareGateway(
                    name: YooKassaGateway.name, returns: .parts, holdMilliseconds: Self.holdMilliseconds,
                    attemptMilliseconds: Self.confirmationMilliseconds))
        }
        return found
    }

    /// Those that give money back on our word.
    private var refunds: [any RefundGateway] {
        [click?.reversals as (any RefundGateway)?, pix?.refunds, yookassa?.refunds].compactMap { $0 }
    }

    func giveBack(_ wish: ShareWish) async throws -> ShareAnswer {
        let answer = try await giveBack(wish, by: refunds)
        guard case .refused = answer, let now = try await service.find(id: wish.transaction.id) else { return answer }
        if now.state == .cancelledAfterPerform { return .underWay }
        // Money that its gateway found to be nobody's goes back without our word: there is nothing left to ask for.
        guard now.key.gateway == YooKassaGateway.name,
            let payment = try await yookassa?.payments.find(transactionID: now.id)?.payment
        else { return answer }
        let wanted = wish.amount?.minor ?? (now.amount.minor - now.refundedAmount)
        return payment.available < wanted && payment.reserved >= wanted ? .underWay : answer
    }

    func standing(of wish: ShareWish) async throws -> ShareAnswer {
        guard let now = try await service.find(id: wish.transaction.id), now.state == .performed else {
            return .underWay
        }
        if now.key.gateway == YooKassaGateway.name, try await tookMore(now, than: wish) {
            return .refused("the gateway took what it was to let go")
        }
        let refusals = [ClickReversals.refusedPhase, PixRefunds.refusedPhase, YooKassaRefunds.refusedPhase]
        return refusals.contains(now.phase ?? "") ? .refused("the gateway did not give it back") : .underWay
    }

    /// Whether more of what was held was taken than leaves what is to be let go.
    private func tookMore(_ now: Transaction, than wish: ShareWish) async throws -> Bool {
        guard wish.isRelease, let payment = try await yookassa?.payments.find(transactionID: now.id)?.payment else {
            return false
        }
        return payment.captured > now.amount.minor - (wish.amount?.minor ?? now.amount.minor - now.refundedAmount)
    }

    func capture(_ wish: ShareWish) async throws -> ShareAnswer {
        guard let yookassa, let id = try await held(wish) else { return .refused("the gateway holds no money") }
        switch try await yookassa.payments.capture(id, amount: wish.amount) {
        case .success: return .underWay
        case nil: return .refused("the gateway knows of no such payment")
        // Something is being done with it, or it is not known what was: the same is asked again.
        case .failure(.busy), .failure(.unanswered), .failure(.unresolved): throw GatewayBusy()
        case .failure: return .refused("what was held cannot be taken any more")
        }
    }

    func release(_ wish: ShareWish) async throws -> ShareAnswer {
        guard let yookassa, let id = try await held(wish) else { return .refused("the gateway holds no money") }
        // Taken money is given back by a wish of its own.
        guard let view = try await yookassa.payments.find(id), view.transaction.state == .created else {
            return .underWay
        }
        switch try await yookassa.payments.cancel(id, actor: wish.actor) {
        case .success: return .underWay
        case nil: return .refused("the gateway knows of no such payment")
        case .failure(.busy), .failure(.unanswered), .failure(.unresolved): throw GatewayBusy()
        case .failure: return .refused("what was held cannot be let go")
        }
    }

    private func held(_ wish: ShareWish) async throws -> String? {
        guard wish.transaction.key.gateway == YooKassaGateway.name else { return nil }
        return try await yookassa?.payments.find(transactionID: wish.transaction.id)?.payment.id
    }
}

/// The gateway is asked again later.
struct GatewayBusy: Error {}
