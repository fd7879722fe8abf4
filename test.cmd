@echo off
rem Restores, builds and runs every .NET test and the site's.
setlocal
cd /d "%~dp0"
dotnet build Muster.slnx -c Release -v q -nologo -clp:NoSummary || exit /b 1
call npm --prefix web ci || exit /b 1
call npm --prefix web run check || exit /b 1
call npm --prefix web run build || exit /b 1
call npm --prefix web test -- --run || exit /b 1
dotnet test --solution Muster.slnx -c Release --no-build
exit /b %ERRORLEVEL%
