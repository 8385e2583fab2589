import Payments

extension SQLPaymentSession {
    /// Takes a job, or keeps it, so that no other server does it at the same time.
    ///
    /// - Parameters:
    ///   - owner: who takes it; unlike that of any other server.
    ///   - now: milliseconds since 1970.
    ///   - until: when others may take it, milliseconds since 1970.
    /// - Returns: false if somebody else has it.
    public func leaseJob(_ name: String, owner: String, at now: Int64, until: Int64) throws -> Bool {
        try sql.execute(
            """
            INSERT INTO job_leases (name, owner, leased_until) VALUES ($1, $2, $3)
            ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, leased_until = excluded.leased_until
            WHERE job_leases.owner = excluded.owner OR job_leases.leased_until <= $4
            """, [.text(name), .text(owner), .integer(until), .integer(now)]) == 1
    }

    /// Gives a job back. Does nothing if somebody else has it.
    public func releaseJob(_ name: String, owner: String) throws {
        try sql.execute("DELETE FROM job_leases WHERE name = $1 AND owner = $2", [.text(name), .text(owner)])
    }

    /// Gives back what servers had that are no more. Only for whoever has the database alone.
    public func releaseJobs() throws {
        try sql.execute("DELETE FROM job_leases", [])
    }
}
