import HTTPTypes
import Hummingbird
import Payments
import Storage
import StrictJSON

extension MerchantRoutes {
    /// Carries a request out, or answers as it was answered before.
    ///
    /// What was carried out, and what the operation refused because of how things stand, is kept. What is wrong with
    /// the request itself, what went wrong here, and what passes by itself is not: it may be sent again with the same
    /// key.
    func once(_ call: MerchantCall, _ work: () async throws -> MerchantAnswer) async throws -> MerchantAnswer {
        guard let ticket = call.ticket else { return try await work() }
        try inFlight.enter(ticket)
        defer { inFlight.leave(ticket) }
        if let known = try await replay(ticket, call) { return known }
        do {
            let answer = try await work()
            return answer.isKept ? answer : try await keep(answer, ticket, call)
        } catch let problem as Problem where [.notFound, .conflict].contains(problem.status) && !problem.isPassing {
            return try await keep(problem.answer, ticket, call)
        } catch let problem as Problem {
            throw problem
        } catch {
            // Another process was faster, or the commit went through although its answer was lost.
            guard let known = try await replay(ticket, call) else { throw error }
            return known
        }
    }

    /// An answer that changed nothing has no storage transaction of its own.
    private func keep(
        _ answer: MerchantAnswer, _ ticket: IdempotencyTicket, _ call: MerchantCall
    ) async throws -> MerchantAnswer {
        do {
            try await store.engine.write { try ticket.keep(answer, in: $0) }
            return answer
        } catch is IdempotencyTicket.AnsweredMeanwhile {
            return try await replay(ticket, call) ?? answer
        }
    }

    private func replay(_ ticket: IdempotencyTicket, _ call: MerchantCall) async throws -> MerchantAnswer? {
        guard let known = try await ticket.known(in: store) else { return nil }
        var answer = MerchantAnswer(
            status: HTTPResponse.Status(code: Int(known.status)), body: Array(known.body.utf8))
        if known.status >= 400 { answer.mediaType = Problem.mediaType }
        answer.headers[.idempotencyReplayed] = "true"
        // Only the body is kept: the header follows from it.
        if ticket.scope == Self.createOrderScope, known.status < 300,
            let id = (try? JSONValue(parsing: known.body))?["id"]?.stringValue
        {
            answer.headers[.location] = Self.location(id, call.request)
        }
        return answer
    }
}
